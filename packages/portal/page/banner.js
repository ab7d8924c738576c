import { el, link, say } from './dom.js';
import { componentsOf, hasEnded, toneOf } from './states.js';
import { words } from './words.js';

/** What can be said of an operation as a whole: how it is, why, what was undone, kept, left; and how to cancel it. */
export function banner({ onCancel }) {
  const node = el('section', { class: 'banner', 'aria-live': 'polite' });
  const cancel = el('button', { type: 'button', class: 'danger', onclick: () => ask(true) });
  const why = el('input', { type: 'text', maxlength: 1000 });
  const yes = el('button', { type: 'submit', class: 'danger' });
  const no = el('button', { type: 'button', class: 'quiet', onclick: () => ask(false) });
  const trouble = el('p', { class: 'reason', hidden: true });
  const question = el('p');
  const form = el('form', { class: 'ask', hidden: true, onsubmit: (event) => void send(event) }, question, why, yes, no, trouble);
  const said = el('div');
  node.append(form, said);
  let before = '';

  const ask = (open) => {
    form.hidden = !open;
    trouble.hidden = true;
    if (open) {
      node.hidden = false;
      why.focus();
    }
  };
  const send = async (event) => {
    event.preventDefault();
    yes.disabled = true;
    try {
      await onCancel(why.value.trim() === '' ? null : why.value.trim());
      ask(false);
    } catch (error) {
      trouble.hidden = false;
      say(trouble, error.message);
    }
    yes.disabled = false;
  };
  const paint = (operation, steps, resources) => {
    const word = words();
    say(cancel, word.cancel);
    say(question, word.cancelAsk);
    why.placeholder = word.cancelWhy;
    say(yes, word.cancelYes);
    say(no, word.cancelNo);
    const over = hasEnded(operation) || operation.status === 'cancelling' || operation.status === 'compensating';
    cancel.hidden = over;
    if (over) form.hidden = true;
    const lines = linesOf(operation, steps, resources);
    const key = JSON.stringify([
      word.kept,
      operation.status,
      operation.reason,
      operation.waitingFor,
      operation.errors,
      operation.kept,
      operation.left,
      operation.frozen,
      opensOf(operation, steps),
      undoneOf(operation, steps, resources),
    ]);
    if (key !== before) said.replaceChildren(...lines);
    before = key;
    node.className = `banner tone-${operation.frozen === null ? toneOf(operation.status) : 'wait'}`;
    node.hidden = lines.length === 0 && form.hidden;
  };
  return { node, cancel, paint };
}

function linesOf(operation, steps, resources) {
  const { headline, kept, left, errors, frozen, opens } = words();
  const { status, reason, waitingFor } = operation;
  const lines = [];
  if (operation.frozen !== null) lines.push(el('p', {}, el('strong', {}, frozen), ': ', operation.frozen));
  if (headline[status]) lines.push(el('p', { class: 'headline' }, headline[status]));
  if (reason !== null) lines.push(el('p', { class: 'because' }, reason));
  const undone = undoneOf(operation, steps, resources);
  if (undone !== '') lines.push(el('p', {}, undone));
  if (waitingFor !== null) lines.push(el('p', {}, waitingFor.what));
  if (operation.errors.length > 0)
    lines.push(
      titled(
        errors,
        operation.errors.map((error) => [el('code', {}, placeOf(error)), ' ', error.detail]),
      ),
    );
  if (operation.kept.length > 0)
    lines.push(
      titled(
        kept,
        operation.kept.map((text) => [text]),
      ),
    );
  if (operation.left.length > 0)
    lines.push(
      titled(
        left,
        operation.left.map(({ step, what, command }) => [el('strong', {}, step), ` ${what} `, el('code', {}, command)]),
      ),
    );
  const open = opensOf(operation, steps);
  if (open.length > 0) lines.push(el('p', {}, `${opens}: `, ...open.flatMap(([name, address]) => [link(address), ` (${name}) `])));
  return lines;
}

const titled = (title, items) => el('div', {}, el('strong', {}, title), el('ul', {}, ...items.map((item) => el('li', {}, ...item))));

const placeOf = ({ document, pointer, line, column }) =>
  [document, line === null || line === undefined ? null : `${line}:${column ?? 1}`, pointer].filter(Boolean).join(' ') || '/';

/** What the undo came to, by component, once it is over and known what runs now. */
function undoneOf({ status }, steps, resources) {
  if (resources === null || !['compensated', 'compensation-failed', 'cancelled'].includes(status)) return '';
  const { backTo, destroyed, untouched } = words();
  const components = componentsOf(steps);
  const undone = components.filter(({ undo }) => undo.some(({ state }) => state === 'succeeded')).map(({ name }) => name);
  const versions = new Map(resources.filter(({ state }) => state !== 'absent').map(({ component, version }) => [component, version]));
  const said = [...new Set(undone.map((name) => versions.get(name) ?? null))].map((version) => {
    const names = undone.filter((name) => (versions.get(name) ?? null) === version).join(', ');
    return version === null ? destroyed(names) : backTo(names, version);
  });
  const rest = components.filter((one) => one.undo.length === 0 && one.steps.some(({ phase }) => phase === 'deploy')).length;
  return [...said, ...(rest > 0 ? [untouched(rest)] : [])].join('; ');
}

/** Addresses of what nobody else in the product depends on: what people open. */
function opensOf({ status }, steps) {
  if (status !== 'succeeded') return [];
  const needed = new Set(
    steps.flatMap((step) => step.dependsOn.filter((id) => id.split('/')[0] !== step.component).map((id) => id.split('/')[0])),
  );
  return steps
    .filter(({ phase, component }) => (phase === 'deploy' || phase === 'start') && !needed.has(component))
    .flatMap(({ component, outputs }) =>
      outputs.filter(({ secret, value }) => !secret && /^https?:\/\//.test(value)).map(({ value }) => [component, value]),
    )
    .slice(0, 5);
}
