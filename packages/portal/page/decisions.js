import { choicesOf } from './choices.js';
import { el, say } from './dom.js';
import { told } from './told.js';
import { words } from './words.js';

const dangerous = new Set(['cancel', 'giveUp', 'abandon', 'undo', 'leave']);

/**
 * The buttons by which an operator decides, and the question that each asks in place. `corner` is for an operation that goes well,
 * `list` says of each choice what it comes to. What is decided is decided about the number that was seen when the question was opened.
 */
export function decisions({ onDecide, onAsk }) {
  const corner = el('span', { class: 'corner' });
  const list = el('ul', { class: 'choices' });
  const question = el('p');
  const why = el('input', { type: 'text', maxlength: 1000 });
  const yes = el('button', { type: 'submit' });
  const no = el('button', { type: 'button', class: 'quiet', onclick: () => close() });
  const trouble = el('p', { class: 'trouble', role: 'alert', hidden: true });
  const form = el('form', { class: 'ask', hidden: true, onsubmit: (event) => void send(event) }, question, why, yes, no, trouble);
  form.addEventListener('keydown', ({ key }) => key === 'Escape' && close());
  let asked = null;
  let seen = { id: null, number: 0 };
  let choices = [];
  let painted = '';

  const ask = (choice) => {
    asked = { ...choice, operation: seen.id, at: seen.number };
    why.value = '';
    trouble.hidden = true;
    show();
    onAsk();
    why.focus();
  };
  const close = () => {
    asked = null;
    show();
    onAsk();
  };
  const show = () => {
    form.hidden = asked === null;
    list.hidden = asked !== null || list.children.length === 0;
    corner.hidden = asked !== null;
    if (asked === null) return;
    const word = words();
    const { question: text, yes: sure } = word.decide[asked.say ?? asked.action];
    say(question, text(named(asked.steps)));
    why.placeholder = word.reasonHint;
    why.setAttribute('aria-label', word.reasonHint);
    say(yes, sure);
    yes.className = dangerous.has(asked.say ?? asked.action) ? 'danger' : '';
    say(no, word.notNow);
  };
  const send = async (event) => {
    event.preventDefault();
    const { operation, action, step, at } = asked;
    yes.disabled = true;
    try {
      await onDecide(operation, { action, step, reason: why.value.trim() === '' ? null : why.value.trim(), at });
      close();
    } catch (error) {
      trouble.hidden = false;
      say(trouble, told(error.message));
      // Whoever reads this has seen what the operation is now.
      if (asked !== null) asked = { ...asked, at: seen.number };
    }
    yes.disabled = false;
  };
  const button = (choice) =>
    el(
      'button',
      { type: 'button', class: dangerous.has(choice.say ?? choice.action) ? 'danger' : null, onclick: () => ask(choice) },
      words().decide[choice.say ?? choice.action].button(named(choice.steps)),
    );
  const isStill = (id) => {
    // What was refused stays to be read.
    const possible = !trouble.hidden || choices.some(({ action, step }) => action === asked.action && step === asked.step);
    return asked.operation === id && possible;
  };
  /** Painted only where something is different: who is about to press a button finds it where it was. */
  const paint = (operation, steps, cancelling) => {
    seen = operation;
    choices = choicesOf(operation, steps, cancelling, Date.now());
    if (asked !== null && !isStill(operation.id)) close();
    const key = JSON.stringify([words().other, choices]);
    if (key === painted) return;
    painted = key;
    const inCorner = choices.filter(({ action }) => action === 'hold' || action === 'cancel');
    corner.replaceChildren(...inCorner.map(button));
    list.replaceChildren(
      ...choices
        .filter((choice) => !inCorner.includes(choice))
        .map((choice) =>
          el('li', {}, button(choice), el('span', {}, words().decide[choice.say ?? choice.action].comesTo(named(choice.steps)))),
        ),
    );
    show();
  };
  return { corner, list, form, paint, isOpen: () => asked !== null || list.children.length > 0 };
}

const named = (ids) => (ids.length > 3 ? `${ids.slice(0, 3).join(', ')} … +${ids.length - 3}` : ids.join(', '));
