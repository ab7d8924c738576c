import { getJson } from './api.js';
import { el, say } from './dom.js';
import { hasEnded, markOf, toneOf } from './states.js';
import { ago } from './times.js';
import { kindOf } from './told.js';
import { words } from './words.js';

/** The list at the left, newest first. */
export function operationList(node) {
  let items = [];
  let next = null;
  let chosen = null;
  const title = el('h2');
  const list = el('ol', { class: 'list' });
  const empty = el('div', { class: 'empty' });
  const more = el('button', { type: 'button', class: 'quiet', onclick: () => void older() });
  node.replaceChildren(title, list, empty, more);

  const paint = () => {
    say(title, words().operations);
    say(more, words().more);
    more.hidden = next === null;
    empty.hidden = items.length > 0;
    if (items.length === 0)
      empty.replaceChildren(
        el('p', {}, words().none),
        el('p', { class: 'quiet' }, words().noneHint),
        el('code', {}, 'npm run srm -- release examples/shop'),
      );
    const now = Date.now();
    list.replaceChildren(...items.map((operation) => row(operation, operation.id === chosen, now)));
  };
  const older = async () => {
    const page = await getJson(`/v1/operations?limit=50&cursor=${encodeURIComponent(next)}`);
    ({ next } = page);
    items = [...items, ...page.items];
    paint();
  };
  return {
    paint,
    newest: () => items[0]?.id ?? null,
    choose(id) {
      chosen = id;
      paint();
    },
    /** The first page anew; what was loaded of older ones stays. */
    async refresh(signal) {
      const page = await getJson('/v1/operations?limit=50', signal);
      const fresh = new Set(page.items.map(({ id }) => id));
      const rest = items
        .filter(({ id }) => !fresh.has(id))
        .filter(({ requestedAt }) => page.next !== null && requestedAt <= page.items.at(-1).requestedAt);
      if (rest.length === 0) ({ next } = page);
      items = [...page.items, ...rest];
      paint();
    },
  };
}

export const placeOf = ({ product, version, release, environment }) =>
  [product, version ?? release, environment === null ? null : `→\u00a0${environment}`].filter((part) => part !== null).join(' ');

export const doneOf = (counts) => counts.succeeded + counts.skipped;

function row(operation, isChosen, now) {
  const { status, preview } = words();
  const { counts, steps } = operation;
  const running = !hasEnded(operation) && steps > 0;
  return el(
    'li',
    {},
    el(
      'a',
      { href: `#/operations/${operation.id}`, class: `row tone-${toneOf(operation.status)}`, 'aria-current': isChosen ? 'true' : null },
      el('span', { class: 'row-title' }, el('strong', {}, kindOf(operation.kind)), ' ', placeOf(operation)),
      el(
        'span',
        { class: 'row-state' },
        el('span', { class: 'state' }, `${markOf(operation.status)} ${status[operation.status] ?? operation.status}`),
        operation.preview ? el('span', { class: 'quiet' }, preview) : null,
        el('span', { class: 'grow' }),
        el('span', { class: 'quiet' }, ago(operation.requestedAt, now)),
      ),
      running ? el('progress', { max: steps, value: doneOf(counts) }) : null,
    ),
  );
}
