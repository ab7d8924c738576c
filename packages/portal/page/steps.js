import { el, link, say } from './dom.js';
import { isNotable, lookOf, whyOf } from './states.js';
import { lasting } from './times.js';
import { words } from './words.js';

/** The steps as a list, each with its reason; one is picked. */
export function stepList({ onPick }) {
  let notableOnly = false;
  let last = { steps: [], picked: null };
  const title = el('h3');
  const count = el('span', { class: 'quiet' });
  const filter = (wanted) => el('button', { type: 'button', class: 'tab', onclick: () => show(wanted) });
  const [all, notable] = [filter(false), filter(true)];
  const head = el('tr');
  const body = el('tbody');
  const nothing = el('p', { class: 'quiet pad' });
  const node = el(
    'section',
    { class: 'panel steps' },
    el('div', { class: 'panel-head' }, title, count, el('span', { class: 'grow' }), all, notable),
    el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, head), body), nothing),
  );
  const rows = new Map();
  const scroll = node.querySelector('.scroll');
  let reached = null;
  const show = (wanted) => {
    notableOnly = wanted;
    paint(last.steps, last.picked, Date.now());
  };
  const paint = (steps, picked, now) => {
    last = { steps, picked };
    const word = words();
    say(title, word.stepsTitle);
    say(count, String(steps.length));
    say(all, word.all);
    say(notable, word.notable);
    all.setAttribute('aria-pressed', String(!notableOnly));
    notable.setAttribute('aria-pressed', String(notableOnly));
    say(nothing, word.nothingNotable);
    head.replaceChildren(...word.columns.map((name) => el('th', { scope: 'col' }, name)));
    const shown = steps.filter((step) => !notableOnly || isNotable(step));
    nothing.hidden = shown.length > 0 || !notableOnly;
    const wanted = shown.map((step) => {
      const one = rows.get(step.id) ?? row(step.id, onPick);
      rows.set(step.id, one);
      one.paint(step, step.id === picked, now);
      return one.node;
    });
    if (wanted.length !== body.children.length || wanted.some((one, index) => body.children[index] !== one))
      body.replaceChildren(...wanted);
    if (picked !== reached) requestAnimationFrame(() => bring(scroll, rows.get(picked)?.node));
    reached = picked;
  };
  return { node, paint, forget: () => rows.clear() };
}

/** Moves the list, and nothing else, until a row can be seen. */
function bring(scroll, node) {
  if (node === undefined || !node.isConnected) return;
  const [list, one] = [scroll.getBoundingClientRect(), node.getBoundingClientRect()];
  if (one.top < list.top + 30 || one.bottom > list.bottom) scroll.scrollTop += one.top - list.top - list.height / 3;
}

function row(id, onPick) {
  const state = el('td', { class: 'state' });
  const name = el('button', { type: 'button', class: 'step-name', onclick: () => onPick(id) });
  const time = el('td', { class: 'time' });
  const reason = el('span');
  const outputs = el('span');
  const why = el('td', { class: 'why' }, reason, outputs);
  const node = el('tr', { onclick: () => onPick(id) }, state, el('td', {}, name), time, why);
  let before = '';
  const paint = (step, picked, now) => {
    say(time, lasting(step, now));
    const key = JSON.stringify([step, picked, words().log]);
    if (key === before) return;
    before = key;
    const { mark, word, tone } = lookOf(step);
    node.className = `tone-${tone}${picked ? ' picked' : ''}`;
    say(state, `${mark} ${word}`);
    const { phase, undo } = words();
    const what = `${step.undoes === null ? '' : `${undo} `}${phase[step.phase] ?? step.phase}`;
    const again = step.attempt > 1 ? ` · ${words().attempt(step.attempt)}` : '';
    name.replaceChildren(el('strong', {}, step.component), el('span', {}, ` ${what}${again}`));
    const links = step.outputs.filter(({ secret, value }) => !secret && /^https?:/.test(value)).map(({ value }) => link(value));
    say(reason, whyOf(step));
    outputs.replaceChildren(...links.flatMap((one) => [' ', one]));
  };
  return { node, paint };
}
