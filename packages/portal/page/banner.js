import { decisions } from './decisions.js';
import { el, link } from './dom.js';
import { headlineOf, isFailed, toneOf } from './states.js';
import { told } from './told.js';
import { undoneOf } from './undone.js';
import { words } from './words.js';

/** What can be said of an operation as a whole: how it is, why, what was undone, kept, left; and what can be decided about it. */
export function banner({ onDecide }) {
  const said = el('div');
  const decide = decisions({ onDecide, onAsk: () => appear() });
  const node = el('section', { class: 'banner', 'aria-live': 'polite' }, said, decide.list, decide.form);
  let before = '';

  const appear = () => {
    said.hidden = said.children.length === 0;
    node.hidden = said.hidden && !decide.isOpen();
  };
  const paint = (operation, steps, resources, cancelling) => {
    decide.paint(operation, steps, cancelling);
    const { status, reason, waitingFor, errors, kept, left, frozen } = operation;
    const about = [
      words().kept,
      status,
      headlineOf(operation, steps),
      reason,
      waitingFor,
      errors,
      kept,
      left,
      frozen,
      operation.remarks,
      heldBy(operation, steps),
      operation.awaiting,
      steps.filter((step) => step.noReturn && step.state === 'planned').map(({ id }) => id),
      othersFailed(reason, steps),
    ];
    const key = JSON.stringify([...about, opensOf(operation, steps), undoneOf(operation, steps, resources)]);
    if (key !== before) said.replaceChildren(...linesOf(operation, steps, resources));
    before = key;
    node.className = `banner tone-${frozen === null ? toneOf(status) : 'wait'}`;
    appear();
  };
  return { node, corner: decide.corner, paint };
}

/** What failed besides what the reason says already. */
function othersFailed(reason, steps) {
  const failed = steps.filter((step) => isFailed(step) && step.undoes === null && !(reason ?? '').startsWith(step.reason ?? ''));
  return failed.slice(0, 3).map((step) => `${step.id}: ${told(step.reason ?? '')}`);
}

/** What a held operation waits for: somebody, and what was decided so far, and by whom. */
function heldBy({ status, asked, actor, awaiting }, steps) {
  if (status !== 'held') return null;
  const { heldByOperator, heldByFailure, heldByUndo } = words();
  if ((awaiting ?? []).length > 0) return heldByUndo;
  if (!steps.some((step) => isFailed(step) && step.undoes === null)) return heldByOperator;
  return heldByFailure(asked.onFailure === 'hold' ? actor.name : null);
}

function linesOf(operation, steps, resources) {
  const { kept, left, errors, frozen, opens, noReturn } = words();
  const { status, reason, waitingFor } = operation;
  const lines = [];
  if (operation.frozen !== null) lines.push(el('p', {}, el('strong', {}, frozen), ': ', told(operation.frozen)));
  const headline = headlineOf(operation, steps);
  if (headline) lines.push(el('p', { class: 'headline' }, headline));
  if (reason !== null) lines.push(el('p', { class: 'because' }, told(reason)));
  if ((operation.remarks ?? []).length > 0)
    lines.push(
      titled(
        words().remarks,
        operation.remarks.map((text) => [told(text)]),
      ),
    );
  const held = heldBy(operation, steps);
  if (held !== null) lines.push(...othersFailed(reason, steps).map((line) => el('p', { class: 'because' }, line)), el('p', {}, held));
  const returns = steps.filter((step) => step.noReturn && (operation.preview || step.state === 'planned'));
  if (returns.length > 0 && ['planned', 'planning', 'waiting', 'running'].includes(status))
    lines.push(
      titled(
        noReturn,
        returns.map((step) => [el('strong', {}, step.id), ` ${told(step.noReturn)}`]),
      ),
    );
  const undone = undoneOf(operation, steps, resources);
  if (undone !== '') lines.push(el('p', {}, undone));
  // A hold and a standing picture are said above.
  if (waitingFor !== null && !['hold', 'frozen'].includes(waitingFor.for)) lines.push(el('p', {}, told(waitingFor.text)));
  if (operation.errors.length > 0)
    lines.push(
      titled(
        errors,
        operation.errors.map((error) => [el('code', {}, placeOf(error)), ' ', told(error.detail)]),
      ),
    );
  if (operation.kept.length > 0)
    lines.push(
      titled(
        kept,
        operation.kept.map((text) => [told(text)]),
      ),
    );
  if (operation.left.length > 0)
    lines.push(
      titled(
        left,
        operation.left.map(({ step, what, command }) => [el('strong', {}, step), ` ${told(what)} `, el('code', {}, command)]),
      ),
    );
  const open = opensOf(operation, steps);
  if (open.length > 0) lines.push(el('p', {}, `${opens}: `, ...open.flatMap(([name, address]) => [link(address), ` (${name}) `])));
  return lines;
}

const titled = (title, items) => el('div', {}, el('strong', {}, title), el('ul', {}, ...items.map((item) => el('li', {}, ...item))));

const placeOf = ({ document, pointer, line, column }) =>
  [document, line === null || line === undefined ? null : `${line}:${column ?? 1}`, pointer].filter(Boolean).join(' ') || '/';

/** Addresses of what nobody else in the product depends on: what people open. */
function opensOf({ status }, steps) {
  if (status !== 'succeeded') return [];
  const needed = new Set(
    steps.flatMap((step) => step.dependsOn.filter((id) => id.split('/')[0] !== step.component).map((id) => id.split('/')[0])),
  );
  return steps
    .filter(({ phase, component }) => ['deploy', 'start', 'restart'].includes(phase) && !needed.has(component))
    .flatMap(({ component, outputs }) =>
      outputs.filter(({ secret, value }) => !secret && /^https?:\/\//.test(value)).map(({ value }) => [component, value]),
    )
    .slice(0, 5);
}
