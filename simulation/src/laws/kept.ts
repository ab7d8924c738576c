import {
  componentOf,
  dataOf,
  isEnding,
  jobsOf,
  planOf,
  requestOf,
  text,
  texts,
  type Defined,
  type Law,
  type Noted,
  type Planned,
  type Told,
} from './evidence.ts';
import { policyOf } from './policy.ts';

/** I4 where an undo is not automatic: what is to be kept (undo: keep) stays, and all it stands on; what is to be held is undone only after
 *  somebody said so, or stays, by somebody's skip; what stays is named in the ending; and what nobody keeps is undone, or named as left. */
export const kept: Law = ({ operations, effects, defined }) => operations.flatMap((told) => judged(told, effects, defined));

/** What the events tell of an operation's steps. */
type Course = Readonly<{
  plan: ReadonlyMap<string, Planned>;
  /** Steps that did or may have done something, by their reports. */
  touched: ReadonlySet<string>;
  undone: ReadonlySet<string>;
  /** Components that somebody decided to keep. */
  skipped: ReadonlySet<string>;
}>;

function judged(told: Told, effects: readonly Noted[], defined: Defined | null): readonly string[] {
  const ending = told.events.find(({ type }) => isEnding(type));
  if (ending === undefined || !('left' in ending.data)) return [];
  const course = courseOf(told);
  const stays = staying(course);
  const jobs = jobsOf(told);
  const took = new Set(effects.filter(({ job }) => jobs.has(job)).flatMap(({ step, action }) => (action === 'undo' ? [] : [step])));
  const wronglyUndone = [...course.undone].filter((id) => stays.has(id) && took.has(id));
  const named = namedIn(dataOf(ending));
  const unnamed = [...stays].filter((id) => took.has(id) && isUndoable(course.plan.get(id)) && !course.undone.has(id) && !named(id));
  return [
    ...wronglyUndone.map((id) => `I4 ${told.id}: ${id} was undone, and was to stay`),
    ...(isCompensated(told) ? unnamed.map((id) => `I4 ${told.id}: ${id} stays, and the ending does not name it`) : []),
    ...(isCompensated(told) ? forgotten(told, course, stays, took, named) : []),
    ...undecided(told, course),
    ...(isCompensated(told) ? [] : neverBegun(told, course, took, defined)),
  ];
}

const isCompensated = ({ events }: Told): boolean => events.some(({ type }) => type === 'CompensationStarted');
const isUndoable = (step: Planned | undefined): step is Planned => step !== undefined && step.undo !== 'none';

function courseOf(told: Told): Course {
  const touched = new Set<string>();
  const undone = new Set<string>();
  const skipped = new Set<string>();
  let compensating = false;
  for (const event of told.events) {
    const data = dataOf(event);
    if (event.type === 'CompensationStarted') compensating = true;
    if (event.type === 'StepSucceeded' && text(event, 'step').endsWith('/undo')) undone.add(text(event, 'step').slice(0, -'/undo'.length));
    else if (event.type === 'StepSucceeded' && data['unchanged'] !== true) touched.add(text(event, 'step'));
    if (/^Step(Failed|Cancelled)$/.test(event.type) && data['effect'] !== 'none') touched.add(text(event, 'step'));
    if (compensating && event.type === 'OperationResumed' && data['action'] === 'skip')
      for (const step of texts(event, 'steps')) skipped.add(componentOf(step));
  }
  return { plan: new Map(planOf(told).map((step) => [step.id, step])), touched, undone, skipped };
}

/** What is kept, and all that it stands on. */
function staying({ plan, touched, skipped }: Course): ReadonlySet<string> {
  const stays = new Set<string>();
  const open = [...plan.values()]
    .filter(({ id, undo, component }) => touched.has(id) && (undo === 'keep' || (undo === 'hold' && skipped.has(component))))
    .map(({ id }) => id);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (stays.has(id)) continue;
    stays.add(id);
    open.push(...(plan.get(id)?.dependsOn ?? []));
  }
  return stays;
}

/** Is a step, or its component, named as what stays or is left? Of very many only the first are. */
function namedIn(ending: Readonly<Record<string, unknown>>): (id: string) => boolean {
  const stays = ending['kept'] as readonly string[];
  const left = ending['left'] as readonly { step: string }[];
  return (id) => left.some(({ step }) => step === id) || stays.some((sentence) => sentence.startsWith(`${componentOf(id)}, `));
}

type Took = ReadonlySet<string>;

/** What took effect at the target, and neither is undone, nor may stay, nor is named. */
const forgotten = (told: Told, { plan, undone }: Course, stays: ReadonlySet<string>, took: Took, named: (id: string) => boolean) =>
  [...plan.values()]
    .filter(({ id, undo }) => undo !== 'none' && took.has(id) && !undone.has(id) && !stays.has(id) && !named(id))
    .map(({ id }) => `I4 ${told.id}: ${id} took effect and was neither undone nor named`);

/** The undo of what is to be held was asked for before anybody decided so. */
function undecided({ id, events }: Told, { plan }: Course): readonly string[] {
  const allowed = new Set<string>();
  const broken: string[] = [];
  for (const event of events) {
    if (event.type === 'OperationResumed' && /^(resume|retry)$/.test(text(event, 'action')))
      for (const step of texts(event, 'steps')) allowed.add(componentOf(step));
    if (event.type !== 'StepRequested' || !text(event, 'step').endsWith('/undo')) continue;
    const step = plan.get(text(event, 'step').slice(0, -'/undo'.length));
    if (step?.undo === 'hold' && !allowed.has(step.component)) broken.push(`I4 ${id}: ${step.id} was undone before anybody decided so`);
  }
  return broken;
}

/** It failed, what it did was to be undone, and no undo was begun: neither by policy, nor because somebody abandoned it. */
function neverBegun(told: Told, { plan }: Course, took: Took, defined: Defined | null): readonly string[] {
  const { id, events } = told;
  const has = (type: string): boolean => events.some((event) => event.type === type);
  const wanted = has('CancelRequested') || has('OperationGivenUp') || policyOf(requestOf(told), defined) !== 'keep';
  const failed = has('OperationFailed') || has('OperationCancelled') || has('OperationCompensationFailed');
  const forgot = [...plan.values()].filter((step) => took.has(step.id) && step.undo !== 'none' && step.undo !== 'keep');
  return failed && wanted && !has('OperationAbandoned') && forgot.length > 0
    ? [`I4 ${id}: it failed, and nothing was undone of ${forgot.map((step) => step.id).join(', ')}`]
    : [];
}
