import { told } from './told.js';
import { words } from './words.js';

const endings = new Set(['planned', 'succeeded', 'failed', 'compensated', 'compensation-failed', 'cancelled', 'refused']);
export const hasEnded = ({ status }) => endings.has(status);

const tones = {
  succeeded: 'good',
  planned: 'plain',
  failed: 'bad',
  'compensation-failed': 'bad',
  compensated: 'back',
  refused: 'bad',
  cancelled: 'plain',
  cancelling: 'back',
  compensating: 'back',
  waiting: 'wait',
  held: 'wait',
};
export const toneOf = (status) => tones[status] ?? 'busy';

const marks = { good: '✔', bad: '✖', back: '↶', wait: '◷', plain: '○', busy: '◐' };
export const markOf = (status) => (status === 'cancelled' ? '⊘' : marks[toneOf(status)]);

/** The steps of an operation that has ended as they were left: nothing moves any more, nobody tries again, and how an open one ended is not known. */
export function asLeft(operation, steps) {
  if (!hasEnded(operation)) return steps;
  return steps.map((step) => {
    if (isOpen(step)) return { ...step, state: 'lost', endedAt: operation.endedAt, waitingFor: [] };
    return step.state === 'failed' && step.retryAt !== null ? { ...step, retryAt: null } : step;
  });
}

/** How an operation is, in a sentence; of one that succeeded, what was skipped is named. */
export function headlineOf({ status }, steps) {
  const { headline, doneWithout } = words();
  const skipped = steps.filter(({ state, undoes }) => state === 'skipped' && undoes === null).map(({ id }) => id);
  if (status !== 'succeeded' || skipped.length === 0) return headline[status];
  return doneWithout(`${skipped.slice(0, mostNamed).join(', ')}${skipped.length > mostNamed ? ` … +${skipped.length - mostNamed}` : ''}`);
}

const mostNamed = 6;

/** The look of a step: its word, its mark, its tone. */
export function lookOf(step) {
  const { state } = words();
  switch (step.state) {
    case 'succeeded':
      if (step.undoes !== null) return { word: state.succeeded, mark: '↶', tone: 'back' };
      return step.unchanged ? { word: state.unchanged, mark: '=', tone: 'same' } : { word: state.succeeded, mark: '✔', tone: 'good' };
    case 'failed':
      return step.retryAt === null ? { word: state.failed, mark: '✖', tone: 'bad' } : { word: state.retrying, mark: '↻', tone: 'wait' };
    case 'started':
      return { word: state.started, mark: '◐', tone: step.undoes === null ? 'busy' : 'back' };
    case 'requested':
      return { word: state.requested, mark: '◔', tone: step.undoes === null ? 'busy' : 'back' };
    case 'lost':
      return { word: state.lost, mark: '?', tone: 'wait' };
    case 'cancelled':
      return { word: state.cancelled, mark: '⊘', tone: 'plain' };
    case 'skipped':
      return { word: state.skipped, mark: '–', tone: 'plain' };
    default:
      return { word: state.planned, mark: '○', tone: 'none' };
  }
}

export const isOpen = ({ state }) => state === 'requested' || state === 'started';
/** Failed, and nothing tries it again by itself. */
export const isFailed = ({ state, retryAt }) => state === 'failed' && retryAt === null;
export const isNotable = (step) => isOpen(step) || step.state === 'failed' || step.state === 'lost';

/** Why a step is as it is, in one line; '' when nothing is to be said. */
export function whyOf(step) {
  if (step.state === 'lost') return words().unknownEnd;
  if (step.state === 'started' && step.text !== null && step.text !== '') return told(step.text);
  if (step.state === 'started' && step.total !== null) return `${step.done ?? 0}/${step.total}`;
  if (step.state === 'succeeded' && step.undoes !== null) return told(step.reason ?? '');
  if (step.state === 'succeeded' && step.unchanged) return words().same[step.phase] ?? told(step.reason ?? '');
  const waits = waitsOf(step.waitingFor);
  if (step.state === 'failed' || step.state === 'cancelled' || step.state === 'skipped')
    return [told(step.reason ?? ''), ...waits].filter(Boolean).join(words().and);
  return waits.join(', ');
}

/** What others it waits for: their names are enough. */
function byComponent({ component, waitingFor }) {
  const names = waitingFor.filter((wait) => wait.for === 'step').map(({ what }) => what.split('/')[0]);
  const others = [...new Set(names)].filter((name) => name !== component).map((what) => ({ for: 'step', what }));
  return [...others, ...waitingFor.filter((wait) => wait.for !== 'step')];
}

/** Steps that are waited for are named together, three at most. */
function waitsOf(waits) {
  const steps = waits.filter((wait) => wait.for === 'step').map(({ what }) => what);
  const named = steps.length > 3 ? `${steps.slice(0, 3).join(', ')} … +${steps.length - 3}` : steps.join(', ');
  const others = waits.filter((wait) => wait.for !== 'step').map(({ text }) => told(text));
  return [...(steps.length > 0 ? [words().waitsFor(named)] : []), ...others];
}

/** One component of the picture: the phases it goes through, its undo, and how it is as a whole. */
export function componentsOf(steps) {
  const components = new Map();
  for (const step of steps) {
    const component = components.get(step.component) ?? { name: step.component, steps: [], undo: [] };
    (step.undoes === null ? component.steps : component.undo).push(step);
    components.set(step.component, component);
  }
  return [...components.values()].map((component) => ({ ...component, ...whole(component) }));
}

/** What is going on in a component: its tone and one line. */
function whole({ steps, undo }) {
  const { phase, done, undoneWord, undo: undoWord } = words();
  const named = (step, why) =>
    `${step.undoes === null ? '' : `${undoWord} `}${phase[step.phase] ?? step.phase}${why === '' ? '' : `${words().colon}${why}`}`;
  const all = [...undo, ...steps];
  const failedUndo = undo.find(({ state }) => state === 'failed');
  if (failedUndo) return { tone: 'bad', line: named(failedUndo, whyOf(failedUndo)) };
  const open = all.find(isOpen);
  if (open) return { tone: open.undoes === null ? 'busy' : 'back', line: named(open, open.state === 'started' ? whyOf(open) : '') };
  const lost = all.find(({ state }) => state === 'lost');
  if (lost) return { tone: 'wait', line: named(lost, whyOf(lost)) };
  if (undo.length > 0) {
    const cause = steps.find(({ state }) => state === 'failed');
    return { tone: 'back', line: cause ? `${undoneWord}${words().and}${named(cause, whyOf(cause))}` : undoneWord };
  }
  const failed = steps.find(({ state }) => state === 'failed');
  if (failed) return { tone: failed.retryAt === null ? 'bad' : 'wait', line: named(failed, whyOf(failed)) };
  const next = steps.find(({ state }) => state === 'planned');
  if (next) return { tone: 'none', line: waitsOf(byComponent(next)).join(', ') };
  const without = steps.find(({ state }) => state === 'cancelled' || state === 'skipped');
  if (without) return { tone: 'plain', line: named(without, told(without.reason ?? '')) };
  return {
    tone: steps.every(({ unchanged }) => unchanged) ? 'same' : 'good',
    line: steps.every(({ unchanged }) => unchanged) ? words().state.unchanged : done,
  };
}
