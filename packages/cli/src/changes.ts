import type { Operation, Step } from './api.ts';
import { hasEnded } from './api.ts';
import { elapsed, headerOf } from './render.ts';
import { decisionsOf } from './decisions.ts';
import { againOf, asLeft, isOpen, isRetrying, isSilent, momentOf, partOf } from './row.ts';
import type { Frame, Moment } from './row.ts';
import { clock, padded } from './text.ts';
import { named, told } from './told.ts';
import { doing, phaseOf, words } from './words.ts';
import type { Lang } from './words.ts';

/** An operation and its steps, read together. */
export type Picture = Readonly<{ operation: Operation; steps: readonly Step[] }>;

/** What is new since the picture before, a plain line each: for logs and for terminals that cannot be redrawn. */
export function changes(before: Picture | null, after: Picture, frame: Frame, lang: Lang): readonly string[] {
  return [...newsOf(before, after, frame, lang), ...toDecide(before, after, lang)];
}

/** What can be decided, said again only when it is something else. */
function toDecide(before: Picture | null, after: Picture, lang: Lang): readonly string[] {
  const said = ({ operation, steps }: Picture): readonly string[] => decisionsOf(operation, steps, Infinity, lang);
  const now = said(after);
  return before !== null && said(before).join('\n') === now.join('\n') ? [] : now;
}

function newsOf(before: Picture | null, after: Picture, frame: Frame, lang: Lang): readonly string[] {
  const moment = momentOf(after.operation, frame);
  const known = new Map((before?.steps ?? []).map((step) => [step.id, stageOf(step, false)]));
  const published = new Set(after.steps.filter(({ phase }) => phase === 'publish').map(({ component }) => component));
  const moved = asLeft(after.steps, moment).filter((step) => stageOf(step, moment.over) !== (known.get(step.id) ?? 'planned'));
  const lines = moved.map((step) => lineOf(step, published.has(step.component), moment, lang)).filter((line) => line !== null);
  return [...statusOf(before, after, frame, lang), ...lines.map((line) => `${clock(elapsed(after.operation, frame.now))}  ${line}`)];
}

function statusOf(before: Picture | null, { operation }: Picture, frame: Frame, lang: Lang): readonly string[] {
  if (hasEnded(operation) || operation.status === before?.operation.status) return [];
  const because = operation.status === 'compensating' && operation.reason !== null ? named('', told(operation.reason, lang), lang) : '';
  return [`${headerOf(operation, frame, lang)}${because}`];
}

/** Requested and started are one to who looks on. `over`: the operation has ended. */
function stageOf(step: Step, over: boolean): string {
  if (isRetrying(step)) return `retrying ${step.attempt}`;
  return isOpen(step) ? (over ? 'left open' : 'open') : step.state;
}

function lineOf(step: Step, published: boolean, frame: Moment, lang: Lang): string | null {
  const text = step.undoes === null ? forwards(step, published, frame, lang) : backwards(step, frame, lang);
  return text === '' ? null : `${signOf(step, frame)} ${padded(step.component, 10)} ${text}`;
}

function signOf(step: Step, { over }: Moment): string {
  const { state, undoes } = step;
  if (isRetrying(step)) return '↻';
  if (state === 'failed') return '✖';
  if (isOpen(step)) return over ? '?' : '◐';
  if (state === 'cancelled' || state === 'skipped') return '⊘';
  return undoes === null ? '✔' : '↶';
}

function forwards(step: Step, published: boolean, frame: Moment, lang: Lang): string {
  if (!isOpen(step) || frame.over) return partOf(step, published, frame, lang);
  return isSilent(step) ? '' : doing(step.phase, lang);
}

function backwards(step: Step, frame: Moment, lang: Lang): string {
  const word = words[lang];
  if (isRetrying(step)) return named(word.undoing, againOf(step, frame, lang), lang);
  if (step.state === 'failed')
    return named(word.undoFailed, step.reason === null ? phaseOf(step.phase, lang) : told(step.reason, lang), lang);
  if (isOpen(step) && frame.over) return named(`${word.undo} ${phaseOf(step.phase, lang)}`, word.unknownEnd, lang);
  if (isOpen(step)) return isSilent(step) ? '' : named(word.undoing, phaseOf(step.phase, lang), lang);
  return step.state === 'succeeded' && !isSilent(step) ? named(word.undone, phaseOf(step.phase, lang), lang) : '';
}
