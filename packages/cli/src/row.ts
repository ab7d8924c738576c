import type { Operation, Step } from './api.ts';
import { duration } from './text.ts';
import { did, doing, failed, phaseOf, unchanged, words } from './words.ts';
import type { Lang } from './words.ts';
import { beside, named, told } from './told.ts';

/** The steps of one component: as planned, and their undo. */
export type Row = Readonly<{ component: string; steps: readonly Step[]; undo: readonly Step[] }>;
/** The moment that is drawn: milliseconds since 1970, and which picture of the spinner. */
export type Frame = Readonly<{ now: number; turn: number }>;
/** `over`: the operation has ended, and `now` is its end. */
export type Moment = Frame & Readonly<{ over: boolean }>;

const spinner = ['◐', '◓', '◑', '◒'];

/** Phases that are shown only while they run or when they fail. */
export const isSilent = ({ phase }: Step): boolean => phase === 'configure' || phase === 'publish' || phase === 'withdraw';

export const isOpen = ({ state }: Step): boolean => state === 'requested' || state === 'started';
const isDone = ({ state }: Step): boolean => state === 'succeeded' || state === 'skipped';
/** Failed, and soon tried again. */
export const isRetrying = ({ state, retryAt }: Step): boolean => state === 'failed' && retryAt !== null;
/** Failed for good, as far as nobody decides otherwise. */
export const isFailed = ({ state, retryAt }: Step): boolean => state === 'failed' && retryAt === null;

/** An ended operation does not move any more: its clocks stand at its end. */
export const momentOf = ({ endedAt }: Pick<Operation, 'endedAt'>, frame: Frame): Moment =>
  endedAt === null ? { ...frame, over: false } : { ...frame, now: Date.parse(endedAt), over: true };

/** What an ended operation would have tried again has failed. */
export const asLeft = (steps: readonly Step[], { over }: Moment): readonly Step[] =>
  over ? steps.map((step) => (isRetrying(step) ? { ...step, retryAt: null } : step)) : steps;

/** One row a component, in the order of the plan. */
export function rowsOf(steps: readonly Step[]): readonly Row[] {
  const rows = new Map<string, { component: string; steps: Step[]; undo: Step[] }>();
  for (const step of steps) {
    const row = rows.get(step.component) ?? { component: step.component, steps: [], undo: [] };
    (step.undoes === null ? row.steps : row.undo).push(step);
    rows.set(step.component, row);
  }
  return [...rows.values()];
}

export function symbolOf({ steps, undo }: Row, frame: Moment): string {
  const all = [...steps, ...undo];
  if (all.some(isOpen) && frame.over) return '?';
  if (all.some(isOpen)) return spinner[frame.turn % spinner.length] ?? '◐';
  if (all.some(isFailed)) return '✖';
  if (all.some(isRetrying)) return '↻';
  if (undo.some(({ state }) => state !== 'skipped' && state !== 'cancelled')) return '↶';
  if (all.some(({ state }) => state === 'cancelled') || steps.some(({ state }) => state === 'skipped')) return '⊘';
  return steps.every(isDone) ? '✔' : '○';
}

/** `compiled 2.1s  packaged 0.3s  deploying: 0/1 ready`, and for an undo `↶ undone 0.4s`. */
export function progressOf(row: Row, frame: Moment, lang: Lang): string {
  const published = row.steps.some(({ phase }) => phase === 'publish');
  const parts = row.steps.map((step) => partOf(step, published, frame, lang));
  const waits = row.undo.length === 0 && !row.steps.some((step) => isOpen(step) || step.state === 'failed') ? waitOf(row.steps, lang) : '';
  return [...parts, waits, undoOf(row.undo, frame, lang)].filter((part) => part !== '').join('  ');
}

/** What one step adds to its row; nothing when it is not worth a word. */
export function partOf(step: Step, published: boolean, frame: Moment, lang: Lang): string {
  const { phase, state } = step;
  const word = words[lang];
  if (isRetrying(step)) return named(doing(phase, lang), againOf(step, frame, lang), lang);
  if (state === 'failed') return `${failed(phase, lang)}${colon(step.reason, lang)}`;
  if (state === 'skipped') return named(phaseOf(phase, lang), step.reason === null ? word.skipped : told(step.reason, lang), lang);
  if (isOpen(step) && frame.over) return named(phaseOf(phase, lang), word.unknownEnd, lang);
  const stuck = stuckOf(step);
  if (isOpen(step) && stuck !== undefined) return named(doing(phase, lang), told(stuck.text, lang), lang);
  if (isOpen(step)) return `${doing(phase, lang)}${colon(step.text ?? counted(step), lang) || ` ${timeOf(step, frame)}`}`;
  if (state === 'cancelled') return isSilent(step) || step.startedAt === null ? '' : `${doing(phase, lang)} ${word.cancelled}`;
  if (state !== 'succeeded' || isSilent(step)) return '';
  const done = phase !== 'deploy' ? did(phase, lang) : published ? word.ready : word.deployed;
  return `${done} ${step.unchanged ? unchanged(step.phase, lang) : timeOf(step, frame)}`;
}

/** Why a step that is under way does not move. */
const stuckOf = ({ waitingFor }: Step): Step['waitingFor'][number] | undefined =>
  waitingFor.find((wait) => wait.for === 'cancel' || wait.for === 'silence' || wait.for === 'frozen');

const colon = (text: string | null, lang: Lang): string => (text === null || text === '' ? '' : named('', told(text, lang), lang));

const counted = ({ done, total }: Step): string | null => (done === null || total === null ? null : `${done}/${total}`);

/** `no answer; tries again in 4.0s` */
export function againOf({ reason, retryAt }: Step, { now }: Frame, lang: Lang): string {
  const again = words[lang].triesAgain(duration(Date.parse(retryAt ?? '') - now));
  return beside([told(reason ?? '', lang), again], lang);
}

/** How long a step took, or takes so far. */
function timeOf({ startedAt, since, endedAt }: Step, { now }: Frame): string {
  return duration((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt ?? since));
}

/** Why the first planned step of the component is not begun. */
function waitOf(steps: readonly Step[], lang: Lang): string {
  const next = steps.find(({ state }) => state === 'planned');
  const [wait] = next?.waitingFor ?? [];
  if (wait === undefined) return '';
  if (wait.for === 'barrier') return words[lang].waitsBarrier;
  if (wait.for !== 'step' && wait.for !== 'bridge') return told(wait.text, lang);
  const all = (next?.waitingFor ?? []).map(({ what }) => what.split('/')[0] ?? what);
  return words[lang].waitsFor([...new Set(all)].join(', '));
}

function undoingOf(open: Step): string | null {
  const stuck = stuckOf(open);
  return stuck === undefined ? (open.text ?? counted(open)) : stuck.text;
}

function undoOf(undo: readonly Step[], frame: Moment, lang: Lang): string {
  const word = words[lang];
  const wanted = undo.filter(({ state }) => state !== 'skipped' && state !== 'cancelled');
  const [first] = wanted;
  if (first === undefined) return '';
  const broken = wanted.find(isFailed);
  if (broken !== undefined) return `↶ ${word.undoFailed}${colon(broken.reason, lang)}`;
  const open = wanted.find(isOpen);
  if (open !== undefined && frame.over) return named(`↶ ${word.undo}`, word.unknownEnd, lang);
  if (open !== undefined) return `↶ ${word.undoing}${colon(undoingOf(open), lang)}`;
  const again = wanted.find(isRetrying);
  if (again !== undefined) return named(`↶ ${word.undoing}`, againOf(again, frame, lang), lang);
  if (wanted.every(({ state }) => state === 'planned')) return `↶ ${word.undoWaits}`;
  if (wanted.some(({ state }) => state === 'planned')) return `↶ ${word.undoing}`;
  const begun = Math.min(...wanted.map(({ startedAt, since }) => Date.parse(startedAt ?? since)));
  const ended = Math.max(...wanted.map(({ endedAt }) => (endedAt === null ? frame.now : Date.parse(endedAt))));
  return `↶ ${word.undone} ${duration(ended - begun)}`;
}
