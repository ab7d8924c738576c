import { book, carry, stepCommands, type Hub, type StepCommand, type Way } from '@srm/bridge/parts';
import type { Driver, Job, JobStatus, Started } from '@srm/bridge';
import type { Clock, Codec, Log, Outgoing } from '@srm/messaging';
import { decide, decisionsOf, environmentDecider, operationDecider } from '@srm/orchestrator/deciders';
import { topics, type Envelope } from '@srm/schemas';
import { askedDocuments } from './asked-documents.ts';
import { interner, type Interner } from './intern.ts';
import type { Node } from './nodes.ts';
import {
  replay,
  type Answer,
  type Asked,
  type Asking,
  type Called,
  type Json,
  type Memory,
  type Note,
  type Plain,
  type Request,
} from './replay.ts';

/** A piece of production code under way: what it was called with, and what it was answered so far. */
export type Process =
  /** The shell of a decider, handed inputs; `cache` and `at` are histories, 0: none. */
  | Readonly<{ sort: 'judge'; key: string; cache: number; at: number; inputs: readonly number[]; answers: readonly Answer[] }>
  /** A bridge's handler of one command. */
  | Readonly<{ sort: 'command'; bridge: string; key: string; note: number; answers: readonly Answer[] }>
  /** A look of a bridge's loop at one job. `ripe`: the start right since which T has passed. */
  | Readonly<{ sort: 'carry'; bridge: string; job: string; memory: Memory; ripe: number; answers: readonly Answer[] }>;

export type Library = Readonly<{
  notes: Interner<Note>;
  documents: Interner<Plain>;
  nodes: { of: (id: number) => Node };
  processes: Processes;
}>;

/** Every process met, by number; what a process becomes by one more answer is worked out once. */
export type Processes = Interner<Process> & Readonly<{ answered: (id: number, answer: Answer, at: number | null) => number }>;

export function processes(): Processes {
  const all = interner<Process>();
  const next = new Map<string, number>();
  return {
    ...all,
    answered: (id, answer, at) => {
      const { value, error, ripe, view } = answer;
      const key = `${id} ${at} ${error} ${ripe} ${view} ${typeof value === 'object' ? JSON.stringify(value) : `${typeof value} ${value}`}`;
      const known = next.get(key);
      if (known !== undefined) return known;
      const process = all.of(id);
      const answers = [...process.answers, answer];
      const made = all.id(process.sort === 'judge' ? { ...process, at: at ?? process.at, answers } : { ...process, answers });
      next.set(key, made);
      return made;
    },
  };
}

export const time = '2026-11-24T08:00:00.000Z';
export const fresh: Memory = { seen: false, called: false, trouble: null, watched: 0 };

/** Asks each process once what it does next, whatever the interleaving that led to it. */
export function asking(library: Library): (id: number) => Asked | Promise<Asked> {
  const known = new Map<number, Asked>();
  return (id) => {
    const asked = known.get(id);
    if (asked !== undefined) return asked;
    const process = library.processes.of(id);
    return replay((on) => started(process, library, on), process.answers).then((fresh) => {
      known.set(id, fresh);
      return fresh;
    });
  };
}

function started(process: Process, library: Library, on: Asking): Promise<void> {
  switch (process.sort) {
    case 'judge':
      return judges(process, library, on);
    case 'command':
      return commands(process, library, on);
    case 'carry':
      return carries(process, library, on);
  }
}

const envelopeOf = ({ key, type, data, number }: Note): Envelope => ({
  type,
  data,
  id: '',
  source: '',
  subject: key,
  time,
  sequence: number,
  correlationid: '',
  causationid: null,
  traceparent: null,
});

const noteOf = (topic: string, { subject, type, data, sequence }: Envelope): Note => ({
  topic,
  key: subject,
  type,
  data: data as Plain,
  number: sequence,
});

const plain: Codec = {
  encode: async (outgoing: Outgoing) => {
    if (!('message' in outgoing)) return outgoing;
    const note = noteOf(outgoing.topic, outgoing.message);
    return {
      topic: outgoing.topic === 'events' ? topics.events.name : outgoing.topic,
      key: note.key,
      headers: [],
      value: Buffer.from(JSON.stringify(note)),
    };
  },
  decode: async ({ value }) => envelopeOf(JSON.parse(Buffer.from(value).toString()) as Note),
};

/** What a record says. */
export const noteIn = (value: Uint8Array): Note => JSON.parse(Buffer.from(value).toString()) as Note;

/** The cache is warmed by an input that was judged before: it makes the shell load, and nothing comes of it. */
async function judges(process: Extract<Process, { sort: 'judge' }>, { nodes, notes }: Library, on: Asking): Promise<void> {
  let warming = process.cache !== 0;
  const warm = nodes.of(process.cache);
  const ask = (request: Request): Promise<Json> => {
    if (!warming) return on.ask(request);
    if (request.do !== 'find') return Promise.reject(new Error('a cache could not be warmed'));
    return Promise.resolve(request.many ? process.cache : false);
  };
  const restored = (answer: Json): readonly Plain[] =>
    typeof answer === 'number' ? nodes.of(answer).decisions : answer === true ? [{ _id: 'some' }] : [];
  const decisions = await decisionsOf(askedDocuments(ask, restored));
  const { on: handle } = process.key.startsWith('operation/')
    ? decide(operationDecider, decisions, plain)
    : decide(environmentDecider, decisions, plain);
  if (warming) for await (const _ of handle([envelopeOf(notes.of(warm.by))]));
  warming = false;
  for await (const said of handle(process.inputs.map((id) => envelopeOf(notes.of(id)))))
    await on.ask({ do: 'say', notes: said.map((one) => ('value' in one ? noteIn(one.value) : noteOf(one.topic, one.message))) });
}

const clock: Clock = { now: () => Date.parse(time), sleep: () => new Promise(() => {}) };
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
const outgoingNotes = (batch: readonly Outgoing[]): readonly Note[] =>
  batch.flatMap((one) => ('message' in one && one.topic !== 'logs' ? [noteOf(one.topic, one.message)] : []));

const bookOf = (bridge: string, { documents }: Library, on: Asking) =>
  book(
    askedDocuments(on.ask, (answer) =>
      (Array.isArray(answer) ? answer : answer === null ? [] : [answer]).map((id) => documents.of(Number(id))),
    ),
    bridge,
    clock,
  );

async function commands(process: Extract<Process, { sort: 'command' }>, library: Library, on: Asking): Promise<void> {
  const hub: Hub = { wake: (job) => void on.woken.push(job), wakeAll: () => {}, listen: () => () => {} };
  const handlers = stepCommands(process.bridge, bookOf(process.bridge, library, on), hub, silent);
  const command = envelopeOf(library.notes.of(process.note)) as Envelope<StepCommand>;
  for await (const batch of handle(handlers, command)) await on.ask({ do: 'say', notes: outgoingNotes(batch) });
}

function handle(handlers: ReturnType<typeof stepCommands>, command: Envelope<StepCommand>): AsyncIterable<readonly Outgoing[]> {
  switch (command.type) {
    case 'RunStep':
      return handlers.RunStep(command);
    case 'UndoStep':
      return handlers.UndoStep(command);
    case 'CancelStep':
      return handlers.CancelStep(command);
  }
}

function carries({ bridge, job, memory }: Extract<Process, { sort: 'carry' }>, library: Library, on: Asking): Promise<void> {
  let watched = memory.watched;
  let expire = (): void => {};
  const way: Way = {
    seen: memory.seen,
    called: memory.called,
    trouble: memory.trouble,
    logOffset: 0,
    progress: { text: '[null,null,"busy"]', at: 0 },
    rest: async (longest) => {
      if (longest !== 1000) on.atHead();
      await on.ask({ do: 'rest' });
    },
    moved: on.atHead,
    poke: () => {},
    ripe: (number) => {
      const known = watched === number;
      watched = number;
      return known && on.ripe(number);
    },
    end: () => {},
  };
  on.memory(() => ({ seen: way.seen, called: way.called, trouble: way.trouble, watched }));
  const call = (what: 'restorePoint' | 'start' | 'observe' | 'cancel', given: Job): Promise<Json> =>
    on.ask({ do: what, job: calledOf(given) });
  const driver: Driver = {
    fencing: 'target',
    timing: { call: 5000, hold: 1000 },
    restorePoint: async (given) => (await call('restorePoint', given)) as string | null,
    start: async (given) => {
      const answer = await call('start', given);
      if (answer !== 'no answer') return answer as Started;
      expire();
      return new Promise<never>(() => {});
    },
    observe: async (given) => (await call('observe', given)) as JobStatus,
    cancel: async (given) => (await call('cancel', given)) === true,
    log: async (_, offset) => ({ text: '', next: offset }),
    evidence: async () => null,
  };
  const timed: Clock = { ...clock, sleep: () => new Promise((resolve) => (expire = resolve)) };
  const say = (batch: readonly Outgoing[]): Promise<void> => on.ask({ do: 'say', notes: outgoingNotes(batch) }).then(() => {});
  return carry(
    job,
    {
      name: bridge,
      book: bookOf(bridge, library, on),
      drivers: { get: () => driver, has: () => true } as unknown as ReadonlyMap<string, Driver>,
      clock: timed,
      log: silent,
      holder: 'holder',
      pause: 0,
      say,
      signal: new AbortController().signal,
    },
    way,
  );
}

const calledOf = ({ id, operation, step, component, action, fence, undoes, restorePoint }: Job): Called => ({
  id,
  operation,
  step,
  component,
  action,
  fence,
  undoes,
  restorePoint,
});
