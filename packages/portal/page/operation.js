import { at, follow, getAll, getJson, getNamed, pause, postJson } from './api.js';
import { banner } from './banner.js';
import { el, say } from './dom.js';
import { graph } from './graph.js';
import { known } from './known.js';
import { logPanel } from './log.js';
import { doneOf, placeOf } from './operations.js';
import { asLeft, componentsOf, hasEnded, isOpen, markOf, toneOf } from './states.js';
import { stepList } from './steps.js';
import { duration, moment } from './times.js';
import { kindOf, told } from './told.js';
import { words } from './words.js';

const nothing = (id) => ({ id, operation: null, steps: [], resources: null, picked: null, byHand: false, cancelling: null });

/** One operation, live: read from the views, and what changed of it again whenever the stream says that something happened. */
export function operationView(node, { onState, onChange }) {
  let now = nothing(null);
  let following = null;
  const title = el('h1');
  const pill = el('span', { class: 'pill' });
  const about = el('p', { class: 'quiet about' });
  const progress = el('progress');
  const counted = el('span', { class: 'quiet' });
  const story = banner({
    onDecide: (operation, decision) => postJson(`${at(operation)}/actions`, decision),
  });
  const picture = graph({ onPick: (id) => pick(id, true) });
  const list = stepList({ onPick: (id) => pick(id, true) });
  const log = logPanel();
  const sections = [
    el('div', { class: 'head' }, title, pill, el('span', { class: 'grow' }), story.corner),
    about,
    story.node,
    el('div', { class: 'progress' }, progress, counted),
    picture.node,
    el('div', { class: 'halves' }, list.node, log.node),
  ];

  const pick = (id, byHand) => {
    const step = now.steps.find((one) => one.id === id) ?? null;
    now = { ...now, picked: step?.id ?? null, byHand: byHand || now.byHand };
    log.pick(now.id, step);
    paint();
  };
  const paint = () => {
    const { operation, steps, picked } = now;
    if (operation === null) return;
    const word = words();
    say(title, `${kindOf(operation.kind)} ${placeOf(operation)}`);
    document.title = `${markOf(operation.status)} ${title.textContent} · SRM`;
    say(pill, `${markOf(operation.status)} ${word.status[operation.status] ?? operation.status}`);
    pill.className = `pill tone-${toneOf(operation.status)}`;
    const asked = [
      word.by(operation.actor.name),
      moment(operation.requestedAt),
      operation.asked.reason,
      operation.preview ? word.preview : null,
    ];
    say(about, [...asked.filter(Boolean), operation.id].join(' · '));
    tick();
    const components = componentsOf(steps);
    picture.node.hidden = components.length === 0;
    if (components.length > 0) picture.show(components, picked, Date.now());
    list.node.parentElement.hidden = steps.length === 0;
    list.paint(steps, picked, Date.now());
    log.paint(steps.find(({ id }) => id === picked) ?? null);
  };
  /** What moves with the clock alone. */
  const tick = () => {
    const { operation, steps, resources, cancelling } = now;
    if (operation === null) return;
    story.paint(operation, steps, resources, cancelling);
    const undoing = operation.undoCounts;
    const undoAll = Object.values(undoing).reduce((a, b) => a + b, 0);
    const time = duration((operation.endedAt === null ? Date.now() : Date.parse(operation.endedAt)) - Date.parse(operation.requestedAt));
    const parts = [
      words().steps(doneOf(operation.counts), operation.steps),
      undoAll > 0 ? words().undone(undoing.succeeded, undoAll) : null,
      time,
    ];
    progress.max = Math.max(1, operation.steps);
    progress.value = doneOf(operation.counts);
    progress.parentElement.className = `progress tone-${toneOf(operation.status)}`;
    progress.parentElement.hidden = operation.steps === 0;
    say(counted, parts.filter(Boolean).join(' · '));
    list.paint(steps, now.picked, Date.now());
  };
  const read = async (id, view, signal) => {
    const { operation, steps } = await view.read();
    const items = asLeft(operation, steps);
    if (signal.aborted) return operation;
    const before = now.steps.find((step) => step.id === now.picked);
    const cancelling = operation.status === 'cancelling' ? (now.cancelling ?? Date.now()) : null;
    now = { ...now, operation, steps: items, cancelling };
    const after = items.find((step) => step.id === now.picked);
    if (!now.byHand) choose();
    else if (before && after && (before.attempt !== after.attempt || isOpen(before) !== isOpen(after))) log.again(id, after);
    paint();
    onChange(operation);
    return operation;
  };
  /** As long as nobody picked one: the step that failed, else the one that began last. */
  const choose = () => {
    const best = now.steps.find((step) => step.state === 'failed' && step.retryAt === null) ?? now.steps.filter(isOpen).at(-1);
    if (best && best.id !== now.picked) pick(best.id, false);
    else if (best === undefined && now.picked === null && hasEnded(now.operation))
      pick(now.steps.find(({ phase }) => phase === 'deploy')?.id ?? now.steps[0]?.id, false);
  };
  /** Follows until the end; what happens in one burst is read once. */
  const live = async (id, signal) => {
    onState('loading');
    const view = known(
      {
        operation: () => getJson(at(id), signal),
        all: () => getAll(`${at(id)}/steps`, 1000, signal),
        named: (ids) => getNamed(`${at(id)}/steps`, ids, signal),
      },
      Date.now,
    );
    const operation = await read(id, view, signal);
    let dirty = false;
    let reading = Promise.resolve();
    const refresh = (event) => {
      if (event !== undefined) view.hear(event);
      if (dirty) return;
      dirty = true;
      reading = reading.then(async () => {
        await pause(Math.min(500, 120 + now.steps.length / 10), signal);
        dirty = false;
        if (!signal.aborted) await read(id, view, signal).catch(() => undefined);
      });
    };
    await follow(id, operation.number, { onEvent: refresh, onState, signal });
    refresh();
    await reading;
    now = { ...now, resources: await left(now.operation, signal) };
    paint();
  };
  /** What runs after an undo: it is written down a moment after the end, when the operation lets go of its components. */
  const left = async ({ status, tenant, environment, product }, signal) => {
    if (environment === null || !['compensated', 'compensation-failed', 'cancelled'].includes(status)) return null;
    const query = new URLSearchParams({ tenant, environment, product, limit: '200' });
    for (let tries = 0; ; tries++) {
      const { items } = await getJson(`/v1/resources?${query}`, signal);
      if (tries === 10 || items.every(({ changing }) => changing !== now.id)) return items;
      await pause(500, signal);
    }
  };
  return {
    paint,
    tick,
    show(id) {
      following?.abort();
      following = new AbortController();
      log.stop();
      list.forget();
      now = nothing(id);
      node.replaceChildren(...(id === null ? [] : sections));
      log.pick(id, null);
      if (id === null) return;
      const { signal } = following;
      live(id, signal).catch((error) => {
        if (signal.aborted) return;
        onState('cut');
        node.replaceChildren(el('p', { class: 'banner tone-bad' }, told(error.message)));
      });
    },
  };
}
