import type { Operation, Step } from './api.ts';
import { hasEnded } from './api.ts';
import { isFailed, isOpen } from './row.ts';
import { columns, padded } from './text.ts';
import { named, told } from './told.ts';
import { command, words } from './words.ts';
import type { Lang } from './words.ts';

/** So many failed steps are named each in a command of its own. */
const most = 5;

/**
 * Why a held operation is held, and the commands that decide what comes next, as they are typed; nothing where nobody has to decide.
 * A command is never cut: what it comes to is left out where `width` columns have no room for it.
 */
export function decisionsOf(operation: Operation, steps: readonly Step[], width: number, lang: Lang): readonly string[] {
  const held = operation.status === 'held';
  const why = held ? [` ◷ ${heldWhy(operation.reason ?? '', lang)}`] : [];
  const choices = [...(held ? heldChoices(operation, steps, lang) : []), ...lateChoices(operation, steps, lang)].map(
    ([does, words, comesTo]) => [`   ${command} ${[does, operation.id, ...words].join(' ')}`, comesTo] as const,
  );
  const room = Math.max(0, ...choices.map(([typed]) => columns(typed)));
  return [...why, ...choices.map(([typed, comesTo]) => fitting(typed, `${padded(typed, room)}   ${comesTo}`, width))];
}

/** `held by ann: lunch` says it itself. */
function heldWhy(reason: string, lang: Lang): string {
  const { held } = words[lang].status;
  if (reason.startsWith('held by ')) return told(reason, lang);
  return reason === '' ? held : named(held, told(reason, lang), lang);
}

type Choice = readonly [does: string, words: readonly string[], comesTo: string];

function heldChoices(operation: Operation, steps: readonly Step[], lang: Lang): readonly Choice[] {
  const { comesTo } = words[lang];
  const awaiting = operation.awaiting ?? [];
  if (awaiting.length > 0)
    return [
      ['resume', [], comesTo.undo(listed(awaiting))],
      ...awaiting.slice(0, most).map((id): Choice => ['skip', [id], comesTo.keep(id)]),
      ['abandon', [], comesTo.leave(listed(awaiting))],
    ];
  const failed = steps.filter((step) => isFailed(step) && step.undoes === null).map(({ id }) => id);
  const giveUp: Choice = ['give-up', [], comesTo.giveUp];
  // Why it is held says how the freeze is lifted.
  if (operation.held?.by === 'freeze') return [giveUp];
  if (failed.length === 0 && operation.held?.by === 'failure') return [['retry', [], comesTo.retry(listed(endedOf(steps)))], giveUp];
  if (failed.length === 0) return [['resume', [], comesTo.resume], giveUp];
  const skips = failed.slice(0, most).map((id): Choice => ['skip', [id], comesTo.skip(id)]);
  return [['retry', [], comesTo.retry(listed(failed))], ...skips, giveUp];
}

/** What was ended because the time of the operation was over. */
const endedOf = (steps: readonly Step[]): readonly string[] =>
  steps.filter(({ state, undoes }) => state === 'cancelled' && undoes === null).map(({ id }) => id);

function lateChoices(operation: Operation, steps: readonly Step[], lang: Lang): readonly Choice[] {
  const late = hasEnded(operation) ? [] : steps.filter(isLate).map(({ id }) => id);
  return late.length === 0 ? [] : [['abandon', [], words[lang].comesTo.abandon(listed(late))]];
}

const listed = (ids: readonly string[]): string => `${ids.slice(0, most).join(', ')}${ids.length > most ? ' …' : ''}`;

/** Its bridge was asked to end it because its time is over, and has not confirmed. */
export const isLate = (step: Step): boolean => isOpen(step) && step.cancel?.why === 'deadline';

const fitting = (typed: string, whole: string, width: number): string => (columns(whole) <= width ? whole : typed);
