import type { Called, Json, Note, Plain, Request } from './replay.ts';
import type { Nodes } from './nodes.ts';
import { noteIn, type Library, type Process } from './processes.ts';
import { changed, fits, isPlain } from './records.ts';
import { said as waits } from './bags.ts';
import { mostOf } from './left.ts';
import { added, put, withAt, type State, type Status, type Target } from './state.ts';
import type { Scenario } from './scenario.ts';

/** One way in which the world answers. */
export type Outcome = Readonly<{
  label: string;
  value: Json;
  error?: 'duplicate' | 'poison' | 'out of reach';
  to: State;
  broken?: readonly string[];
  fault?: boolean;
  /** Of a shell: the history it knows of now. */
  at?: number;
}>;

export type Serving = Readonly<{ library: Library & Readonly<{ nodes: Nodes }>; scenario: Scenario }>;

/** All ways in which a request can be answered. */
export function served(on: Serving, state: State, process: Process, request: Request): readonly Outcome[] {
  switch (request.do) {
    case 'find':
      return [process.sort === 'judge' ? history(on, state, process, request) : found(on, state, request)];
    case 'insert':
      return process.sort === 'judge' ? [appended(on, state, process, request)] : inserted(on, state, process, request);
    case 'update':
      return [updated(on, state, request)];
    case 'say':
      return [said(on, state, process, request.notes)];
    case 'restorePoint':
      return [{ label: 'restore point', value: JSON.stringify({ was: state.target.deployed[request.job.component] ?? null }), to: state }];
    case 'observe':
      return [{ label: 'observe', value: observed(state.target, request.job), to: state }];
    case 'cancel':
      return [cancelled(on, state, request.job)];
    case 'start':
      return starts(on, state, request.job);
    default:
      return [];
  }
}

export const keyIndex = ({ scenario }: Serving, key: string): number => scenario.keys.indexOf(key);

function history(
  on: Serving,
  state: State,
  process: Extract<Process, { sort: 'judge' }>,
  request: Extract<Request, { do: 'find' }>,
): Outcome {
  const stored = state.stored[keyIndex(on, process.key)] ?? 0;
  if (request.many) return { label: 'load', value: stored, to: state, at: stored };
  const follows = on.library.nodes.of(stored).decisions.some((decision) => decision['_id'] === request.filter['_id']);
  return { label: 'does anything follow', value: follows, to: state };
}

function appended(on: Serving, state: State, process: Extract<Process, { sort: 'judge' }>, { document }: { document: Plain }): Outcome {
  const { nodes } = on.library;
  const n = keyIndex(on, process.key);
  const stored = state.stored[n] ?? 0;
  if (nodes.of(stored).decisions.some((decision) => decision['_id'] === document['_id']))
    return { label: 'append: somebody was faster', value: null, error: 'duplicate', to: state };
  const notes = (document['messages'] as readonly Plain[]).map(({ value }) => noteIn(Buffer.from(String(value), 'base64')));
  const at = nodes.after(stored, document, notes, process.inputs.at(-1) ?? 0);
  const events = notes
    .filter(({ topic }) => topic === 'events')
    .map(({ type, data }) => (data['step'] === undefined ? type : `${type} ${String(data['step'])}`));
  return {
    label: `append ${events.join(', ')}`,
    value: null,
    to: { ...state, stored: withAt(state.stored, n, at) },
    at,
    broken: nodes.of(at).broken,
  };
}

/** A collection's documents by their path. */
const pathOf = (collection: string, id: unknown): string => `${collection}/${String(id)}`;

function found({ library }: Serving, state: State, { collection, filter, many }: Extract<Request, { do: 'find' }>): Outcome {
  if (many) {
    const all = Object.entries(state.book).filter(
      ([path, id]) => path.startsWith(`${collection}/`) && fits(library.documents.of(id), filter),
    );
    return { label: `find in ${collection}`, value: all.map(([, id]) => id), to: state };
  }
  return { label: `look into ${collection}`, value: state.book[pathOf(collection, filter['_id'])] ?? null, to: state };
}

/** Then it will be for ever. */
export const isThere = ({ book }: State, { collection, document }: Extract<Request, { do: 'insert' }>): boolean =>
  book[pathOf(collection, document['_id'])] !== undefined;

function inserted(
  on: Serving,
  state: State,
  process: Process,
  { collection, document }: Extract<Request, { do: 'insert' }>,
): readonly Outcome[] {
  const path = pathOf(collection, document['_id']);
  if (state.book[path] !== undefined)
    return [{ label: `insert into ${collection}: it is there`, value: null, error: 'duplicate', to: state }];
  const label = `insert into ${collection}`;
  const done: Outcome = { label, value: null, to: { ...state, book: put(state.book, path, on.library.documents.id(document)) } };
  if (state.budget.poison === 0 || process.sort !== 'command' || process.answers.some(({ error }) => error === 'poison')) return [done];
  return [done, { label: `${label}: throws`, value: null, error: 'poison', to: spent(state, 'poison'), fault: true }];
}

function updated({ library }: Serving, state: State, { collection, filter, set }: Extract<Request, { do: 'update' }>): Outcome {
  const path = pathOf(collection, filter['_id']);
  const known = state.book[path];
  const document = known === undefined ? null : library.documents.of(known);
  if (document === null || !fits(document, filter))
    return { label: `write into ${collection}: the condition does not hold`, value: false, to: state };
  const book = put(state.book, path, library.documents.id(asReadLater(changed(document, set))));
  return {
    label: `write ${Object.keys(set)
      .map((name) => `${name}=${brief(set[name])}`)
      .join(' ')} into ${collection}`,
    value: true,
    to: { ...state, book },
  };
}

/** Of a job whose closing was said, nobody reads any more how it came there. */
const asReadLater = (document: Plain): Plain =>
  document['state'] === 'closed' && document['open'] === false
    ? { ...document, cancelAsked: false, cancelReason: null, startRight: null, verdict: null, logOffset: 0 }
    : document;

const brief = (value: Json | undefined): string =>
  isPlain(value) ? `{${'kind' in value ? String(value['kind']) : `${value['number'] ?? ''}`}}` : String(value);

/** Published, all of it: what nobody in this search reads is dropped. */
export function said(on: Serving, state: State, process: Process, notes: readonly Note[]): Outcome {
  const broken: string[] = [];
  let { published, inputs, commands, timers } = state;
  const of = process.sort === 'judge' ? on.library.nodes.of(process.at) : null;
  for (const note of notes) {
    const n = keyIndex(on, note.key);
    const id = on.library.notes.id(note);
    if (note.topic === 'events' && n >= 0) {
      const number = note.number ?? 0;
      const before = published[n] ?? 0;
      if (number > before + 1) broken.push(`I10 event ${number} of ${note.key} was said after ${before}`);
      if (JSON.stringify(of?.events[number - 1]) !== JSON.stringify(note))
        broken.push(`I9 event ${number} of ${note.key} was said and is not in the store`);
      if (number > before) published = withAt(published, n, number);
    } else if (note.topic === 'inputs' && n >= 0) inputs = withAt(inputs, n, waits(on.library.notes, inputs[n] ?? [], id));
    else if (note.topic === 'timer' && on.scenario.timers.test(String(note.data['timer']))) {
      if (!timers.set.includes(id) && !timers.fired.includes(id)) timers = { ...timers, set: added(timers.set, id) };
    } else if (on.scenario.bridges.includes(note.topic))
      commands = put(commands, `${note.topic}:${note.key}`, [...(commands[`${note.topic}:${note.key}`] ?? []), id]);
  }
  const label = `say ${notes.map(({ type, number, data }) => [type, data['step'], number].filter((one) => one != null).join(' ')).join(', ')}`;
  return { label, value: null, to: { ...state, published, inputs, commands, timers }, broken };
}

const isBuild = ({ action }: Called): boolean => action === 'compile' || action === 'package';

export function observed({ jobs, tombstones }: Target, { id }: Called): Status {
  const known = jobs[id];
  if (known !== undefined) return known.end ?? { state: 'running', done: null, total: null, text: '' };
  return tombstones.includes(id) ? { state: 'cancelled', reason: 'never started', effect: 'none' } : { state: 'absent' };
}

function cancelled(on: Serving, state: State, job: Called): Outcome {
  const { target } = state;
  const known = target.jobs[job.id];
  if (known?.end === null) {
    const end = { state: 'cancelled', reason: 'as asked', effect: isBuild(job) ? 'none' : 'possible' };
    return { label: 'cancel', value: false, to: { ...state, target: { ...target, jobs: put(target.jobs, job.id, { ...known, end }) } } };
  }
  if (known !== undefined || !on.scenario.tombstones) return { label: 'cancel', value: false, to: state };
  const tombstones = [...new Set([...target.tombstones, job.id])].toSorted();
  return { label: 'cancel: a tombstone', value: true, to: aloft(on, { ...state, target: { ...target, tombstones } }) };
}

/** How jobs can go wrong: what they do, and what becomes of them. */
const failures: Readonly<Record<string, Readonly<{ leaves: string | null; end: Status | null }>>> = {
  'fails, nothing done': { leaves: null, end: { state: 'failed', reason: 'broke', code: null, retryable: true, effect: 'none' } },
  'fails, half done': { leaves: 'half', end: { state: 'failed', reason: 'broke', code: null, retryable: true, effect: 'possible' } },
  'fails, done': { leaves: 'done', end: { state: 'failed', reason: 'broke', code: null, retryable: true, effect: 'done' } },
  hangs: { leaves: 'half', end: null },
};

const succeeded: Status = { state: 'succeeded', outputs: [], unchanged: false };

function starts(on: Serving, state: State, job: Called): readonly Outcome[] {
  const refusal = refused(on, state, job);
  if (refusal !== null) return [{ label: `start: ${String(refusal['refused'])}`, value: refusal, to: state }];
  const taken = { refused: null };
  if (state.target.jobs[job.id] !== undefined) return [{ label: 'start: it is known', value: taken, to: state }];
  const { budget } = state;
  const outcomes: Outcome[] = [{ label: 'start', value: taken, ...takes(on, state, job, 'done', succeeded) }];
  if (budget.slow > 0) outcomes.push({ label: 'start: it lasts', value: taken, ...takes(on, spent(state, 'slow'), job, 'done', null) });
  if (budget.failure > 0) {
    const less = spent(state, 'failure');
    for (const name of on.scenario.failures) {
      const failure = failures[name];
      if (failure === undefined) outcomes.push({ label: 'start: refused', value: { refused: 'not like this' }, to: less, fault: true });
      else
        outcomes.push({
          label: `start: ${name}`,
          value: taken,
          fault: true,
          ...takes(on, less, job, failure.leaves, failure.end),
        });
    }
  }
  if (budget.late > 0) {
    const less = spent(state, 'late');
    const flying = { ...less, target: { ...less.target, flying: [...less.target.flying, JSON.stringify(job)].toSorted() } };
    outcomes.push({ label: 'start: no answer', value: 'no answer', to: flying, fault: true });
    outcomes.push({ label: 'start: no answer, it is lost', value: 'no answer', to: less, fault: true });
  }
  return outcomes;
}

/** What came before matters only as long as something of it may come again. */
export function spent(state: State, fault: keyof State['budget']): State {
  const any = state.budget.any - 1;
  const budget = mostOf({ ...state.budget, [fault]: state.budget[fault] - 1 }, any);
  return { ...state, budget, past: budget.repeat === 0 ? {} : state.past };
}

/** A start under way that would do nothing whenever it arrives is not under way. */
function aloft(on: Serving, state: State): State {
  const { target } = state;
  if (target.flying.length === 0) return state;
  const flying = target.flying.filter((text) => {
    const job = JSON.parse(text) as Called;
    return refused(on, state, job) === null && target.jobs[job.id] === undefined;
  });
  return flying.length === target.flying.length ? state : { ...state, target: { ...target, flying } };
}

/** What the target knows of jobs about which nobody asks it any more. */
export function forgotten({ library, scenario }: Serving, state: State): State {
  const { jobs, tombstones, flying } = state.target;
  const isAsked = (job: string): boolean =>
    state.bridges.some(({ carrying }) => carrying[job] !== undefined) || flying.some((text) => text.includes(job));
  const isOver = (job: string): boolean => {
    const known = scenario.bridges.map((bridge) => state.book[`${bridge}.jobs/${job}`]).find((id) => id !== undefined);
    return known !== undefined && library.documents.of(known)['open'] === false && !isAsked(job);
  };
  const kept = Object.entries(jobs).filter(([job, { end }]) => end === null || !isOver(job));
  const left = tombstones.filter((job) => !isOver(job));
  if (kept.length === Object.keys(jobs).length && left.length === tombstones.length) return state;
  return { ...state, target: { ...state.target, jobs: Object.fromEntries(kept), tombstones: left } };
}

export function refused({ scenario }: Serving, { target }: State, job: Called): Status | null {
  if (target.tombstones.includes(job.id)) return { refused: 'cancelled before it was started' };
  const seen = target.fences[job.component] ?? 0;
  return scenario.fencing === 'target' && !isBuild(job) && job.fence < seen ? { refused: 'an older fence', code: 'fenced' } : null;
}

/** The job takes effect. */
export function takes(
  on: Serving,
  state: State,
  job: Called,
  leaves: string | null,
  end: Status | null,
): Readonly<{ to: State; broken: readonly string[] }> {
  const { target } = state;
  const broken = brokenBy(on, state, job);
  const jobs = put(target.jobs, job.id, { end, hangs: leaves === 'half' && end === null ? job.step : null });
  if (isBuild(job)) return { to: aloft(on, { ...state, target: { ...target, jobs } }), broken };
  const version = job.undoes === null ? job.operation : wasOf(job);
  const deployed = leaves === null ? target.deployed : put(target.deployed, job.component, leaves === 'half' ? 'half' : version);
  const fences = put(target.fences, job.component, Math.max(job.fence, target.fences[job.component] ?? 0));
  return { to: aloft(on, { ...state, target: { ...target, jobs, deployed, fences } }), broken };
}

const wasOf = ({ restorePoint }: Called): string => {
  const point: unknown = JSON.parse(restorePoint ?? '{}');
  return isPlain(point) && typeof point['was'] === 'string' ? point['was'] : 'gone';
};

/** I9, protocol 13 and 22, at the moment of an effect. */
function brokenBy(on: Serving, state: State, job: Called): readonly string[] {
  const broken: string[] = [];
  const known = on.scenario.bridges.map((bridge) => state.book[`${bridge}.jobs/${job.id}`]).find((id) => id !== undefined);
  const document = known === undefined ? null : on.library.documents.of(known);
  if (document?.['state'] === 'closed') broken.push(`13 the start of ${job.step} took effect after its job was closed`);
  if (isBuild(job)) return broken;
  if (job.fence < (state.target.fences[job.component] ?? 0))
    broken.push(`22 ${job.step} of ${job.operation} touched ${job.component} with an older fence`);
  const environment = on.library.nodes.of(
    state.stored[on.scenario.keys.findIndex((key) => key.startsWith('environment/'))] ?? 0,
  ).environment;
  const operation = on.library.nodes.of(state.stored[keyIndex(on, `operation/${job.operation}`)] ?? 0).operation;
  const holder = environment?.holders.get(`shop/${job.component}`);
  if (holder !== job.operation && operation?.abandoned === null)
    broken.push(`21 ${job.step} of ${job.operation} touched ${job.component} without its lease`);
  return broken;
}
