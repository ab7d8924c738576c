import { getLog, pause } from './api.js';
import { el, plain, say } from './dom.js';
import { isOpen, lookOf } from './states.js';
import { told } from './told.js';
import { words } from './words.js';

const most = 400_000;

/** The log of the step that is picked; it grows while the step is open. */
export function logPanel() {
  const title = el('h3');
  const about = el('span', { class: 'quiet' });
  const reason = el('p', { class: 'reason', hidden: true });
  const seen = el('details', { class: 'evidence', hidden: true }, el('summary'), el('pre'));
  const text = el('pre', { class: 'log', tabindex: 0 });
  const hint = el('p', { class: 'quiet pad' });
  const node = el(
    'section',
    { class: 'panel logs' },
    el('div', { class: 'panel-head' }, title, about),
    el('div', { class: 'scroll' }, reason, seen, hint, text),
  );
  const scroll = node.querySelector('.scroll');
  let reading = null;
  let current = null;

  const paint = (step) => {
    current = step;
    const word = words();
    say(title, step === null ? word.log : `${word.log}: ${step.id}`);
    say(about, step === null ? '' : `${lookOf(step).word}${step.attempt > 1 ? ` · ${word.attempt(step.attempt)}` : ''}`);
    reason.hidden = step === null || step.reason === null || step.state === 'succeeded';
    // Of a step that is under way it is what was said before: about its last attempt, or why it is to end.
    reason.className = step !== null && isOpen(step) ? 'reason before' : 'reason';
    say(reason, told(step?.reason ?? ''));
    evidence(seen, step);
    hint.hidden = step !== null && text.textContent !== '';
    say(hint, step === null ? word.logPick : word.logEmpty);
  };
  const read = async (operation, id, signal) => {
    for (let offset = 0, attempt = null; !signal.aborted;) {
      const open = current?.id === id && isOpen(current);
      const more = await getLog(operation, id, offset, null, signal).catch(() => null);
      if (signal.aborted) return;
      if (more !== null && attempt !== null && more.attempt !== attempt) {
        [offset, attempt] = [0, more.attempt];
        text.textContent = '';
        continue;
      }
      if (more !== null) {
        ({ next: offset, attempt } = more);
        append(text, scroll, plain(more.text));
        hint.hidden = text.textContent !== '';
      }
      if (!open && more !== null) return;
      await pause(1000, signal);
    }
  };
  return {
    node,
    paint,
    /** Reads from the beginning. */
    pick(operation, step) {
      reading?.abort();
      reading = new AbortController();
      text.textContent = '';
      scroll.scrollTop = 0;
      paint(step);
      if (step !== null) void read(operation, step.id, reading.signal);
    },
    /** Once more: it has ended, or is tried again. */
    again(operation, step) {
      reading?.abort();
      reading = new AbortController();
      const { signal } = reading;
      void getLog(operation, step.id, 0, null, signal).then(
        (whole) => {
          if (signal.aborted) return;
          text.textContent = '';
          append(text, scroll, plain(whole.text));
          paint(step);
          if (isOpen(step)) void read(operation, step.id, signal);
        },
        () => undefined,
      );
    },
    stop: () => reading?.abort(),
  };
}

function append(node, scroll, more) {
  if (more === '') return;
  const follows = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;
  const whole = node.textContent + more;
  node.textContent = whole.length > most ? `[${words().logCut}]\n${whole.slice(-most)}` : whole;
  if (follows) scroll.scrollTop = scroll.scrollHeight;
}

function evidence(node, step) {
  const text = step?.evidence ?? null;
  node.hidden = text === null;
  if (text === null) return;
  say(node.querySelector('summary'), words().evidence);
  say(node.querySelector('pre'), plain(readable(text)));
}

/** JSON text as people read it: lists of lines as lines. */
function readable(json) {
  try {
    const value = JSON.parse(json);
    if (typeof value !== 'object' || value === null) return json;
    return Object.entries(value)
      .map(
        ([name, one]) =>
          `${name}: ${Array.isArray(one) && one.every((item) => typeof item === 'string') ? `\n  ${one.join('\n  ')}` : JSON.stringify(one, null, 2)}`,
      )
      .join('\n');
  } catch {
    return json;
  }
}
