import type { Driver, Effect as HowSure, Job, JobStatus, Output } from '@srm/bridge';
import { digestOf } from '@srm/definitions';
import type { Clock } from '@srm/messaging';
import { count, type Counts } from './counts.ts';

/** What an outside system makes of a job. Times in milliseconds. */
export type Behaviour = Readonly<{
  refuses: Readonly<{ reason: string; retryable: boolean }> | null;
  /** How long the call is under way before anything happens; how long the system then keeps it in a queue, where it does not show. */
  underway: number;
  queued: number;
  lasts: number;
  ends: 'succeeds' | 'fails' | 'hangs';
  retryable: boolean;
  /** What it does to the world, and what it says of that when it did not succeed. */
  does: boolean;
  says: HowSure;
  unchanged: boolean;
  outputs: Readonly<Record<string, string>>;
  /** Asked to cancel, it goes on to its own end. */
  deaf: boolean;
  /** For so long it says of the job that it does not know. */
  unknownFor: number;
  /** What it says of how far it is goes back now and then. */
  backwards: boolean;
}>;

/** One thing that happened to the world, as the system itself has noted it. */
export type Effect = Readonly<{
  job: string;
  operation: string;
  step: string;
  undoes: string | null;
  action: string;
  /** tenant/environment/product/component, and what of it. */
  address: string;
  fence: number;
  at: number;
  /** What was there before and is there since: null is nothing. */
  before: string | null;
  after: string | null;
}>;

type Kept = {
  behaviour: Behaviour;
  from: number;
  took: boolean;
  cancelledAt: number | null;
  end: JobStatus | null;
  /** What it gave when it came out of the queue, and whether all was so already. */
  outputs: Readonly<Record<string, string>>;
  unchanged: boolean;
};

export type Target = Readonly<{
  driver: Driver;
  effects: readonly Effect[];
  /** How a job ended, by its own word; null: it is not known, or has no end. */
  endOf: (job: string) => string | null;
  /** From now on it answers at once, and ends what hangs. */
  heal: () => void;
}>;

const hold = 1000;
const undoable = new Set(['deploy', 'publish', 'start', 'stop', 'scale', 'destroy', 'withdraw']);

/** An outside system with a mind of its own: it outlives all services, and keeps the fence and tombstones. */
export function target(clock: Clock, behaviour: (job: Job) => Behaviour, counts: Counts): Target {
  const jobs = new Map<string, Kept>();
  const tombstones = new Set<string>();
  const effects: Effect[] = [];
  const world = new Map<string, string>();
  const fences = new Map<string, number>();
  let healed = false;

  const there = (job: Job): string | null => world.get(addressOf(job)) ?? null;
  /** What stands of the outputs of a component in the same place. */
  const published = (job: Job, component: string): string | null => world.get(`${placeOf({ ...job, component })}#published`) ?? null;
  const takeEffect = (job: Job): void => {
    const address = addressOf(job);
    const before = there(job);
    const after = becomes(job, before);
    if (after === null) world.delete(address);
    else world.set(address, after);
    const { id, operation, step, undoes, action, fence } = job;
    effects.push({ job: id, operation, step, undoes, action, address, fence, at: clock.now(), before, after });
  };
  const fenced = (job: Job): string | null => {
    const seen = fences.get(placeOf(job)) ?? 0;
    if (job.environment === '' || job.fence >= seen) return null;
    return `${job.component} belongs to fence ${seen} by now`;
  };
  /** It has come out of the queue, unless somebody forbade it meanwhile. */
  const begin = (job: Job, kept: Kept): void => {
    if (tombstones.has(job.id)) return void jobs.delete(job.id);
    const why = fenced(job);
    if (why !== null) {
      kept.end = { state: 'failed', reason: why, code: 'fenced', retryable: false, effect: 'none' };
      return;
    }
    if (job.environment !== '') fences.set(placeOf(job), job.fence);
    kept.took = true;
    kept.outputs = outputsOf(job, kept.behaviour.outputs, published);
    const said = isSaid(job) && kept.behaviour.ends === 'succeeds';
    if (said) kept.unchanged = becomes(job, there(job)) === there(job);
    if (said ? !kept.unchanged : kept.behaviour.does) takeEffect(job);
  };

  const driver: Driver = {
    fencing: 'target',
    timing: { call: 5000, hold },
    restorePoint: async (job) => (undoable.has(job.action) ? JSON.stringify({ was: world.get(addressOf(job)) ?? null }) : null),
    start: async (job, signal) => {
      const does = behaviour(job);
      const lost = patience(clock, signal);
      if (!healed && does.underway > 0) {
        count(counts, 'target slow to start');
        await clock.sleep(does.underway);
        if (lost()) return { refused: null };
      }
      if (tombstones.has(job.id)) return { refused: 'this job was cancelled before it was started' };
      if (jobs.has(job.id)) return { refused: null };
      if (does.refuses !== null) {
        count(counts, job.undoes === null ? 'target refused' : 'target refused to undo');
        return { refused: does.refuses.reason, retryable: does.refuses.retryable };
      }
      const why = fenced(job);
      if (why !== null) return { refused: why, code: 'fenced' };
      const kept: Kept = {
        behaviour: does,
        from: clock.now(),
        took: false,
        cancelledAt: null,
        end: null,
        outputs: {},
        unchanged: does.unchanged,
      };
      jobs.set(job.id, kept);
      if (does.queued === 0) begin(job, kept);
      else {
        count(counts, 'target queued');
        void clock.sleep(does.queued).then(() => (lost() ? void jobs.delete(job.id) : begin(job, kept)));
      }
      noted(job, does, counts);
      return { refused: null };
    },
    observe: async (job) => {
      const kept = jobs.get(job.id);
      if (kept !== undefined) return observed(kept, clock.now(), healed);
      return tombstones.has(job.id)
        ? { state: 'cancelled', reason: 'cancelled before it was started', effect: 'none' }
        : { state: 'absent' };
    },
    cancel: async (job) => {
      const kept = jobs.get(job.id);
      if (kept === undefined || (!kept.took && kept.end === null)) {
        tombstones.add(job.id);
        jobs.delete(job.id);
        return true;
      }
      kept.cancelledAt ??= clock.now();
      return false;
    },
    log: async (job, offset) => {
      const text = jobs.has(job.id) ? `${job.step}, attempt ${job.attempt}\n` : '';
      return { text: text.slice(offset), next: Math.max(offset, text.length) };
    },
    evidence: async (job) => (jobs.has(job.id) ? JSON.stringify({ lines: [job.step] }) : null),
  };
  return { driver, effects, endOf: (job) => jobs.get(job)?.end?.state ?? null, heal: () => void (healed = true) };
}

/** Of these it says that nothing had to be done only where it is so: who runs with what rests upon it. */
const isSaid = ({ action }: Job): boolean => action === 'deploy' || action === 'publish';

/** What a job gives: a configuration holds what stands of others, an address follows from its template; the rest, and lies, as drawn. */
function outputsOf(
  job: Job,
  drawn: Readonly<Record<string, string>>,
  published: (job: Job, component: string) => string | null,
): Readonly<Record<string, string>> {
  if (job.action === 'configure' && drawn['values'] === '{}') {
    const wants = parsed<readonly Readonly<{ name: string; component: string; output: string }>[]>(job.inputs.get('wants'), []);
    const values = wants.flatMap(({ name, component, output }) => {
      const value = parsed<Readonly<Record<string, string>>>(published(job, component), {})[output];
      return value === undefined ? [] : [[name, value] as const];
    });
    const json = JSON.stringify(Object.fromEntries(values));
    return { ...drawn, values: json, configuration: digestOf(json) };
  }
  const template = parsed<Readonly<Record<string, string>>>(job.inputs.get('outputs'), {})['url'];
  if (job.action !== 'deploy' || template === undefined || !(drawn['url'] ?? '').startsWith('http')) return drawn;
  const values = parsed<Readonly<Record<string, string>>>(job.inputs.get('values'), {});
  const known = new Map([['service.host', job.component], ['service.ports.http', '8080'], ...Object.entries(values)]);
  return { ...drawn, url: template.replace(/\$\{([^}]*)\}/g, (_, name: string) => known.get(name) ?? '') };
}

function parsed<T>(json: string | null | undefined, otherwise: T): T {
  try {
    return JSON.parse(json ?? 'null') ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** What is odd about it. */
function noted(job: Job, { ends, does, outputs, deaf, unknownFor, backwards }: Behaviour, counts: Counts): void {
  if (ends !== 'succeeds') count(counts, `target ${ends}${job.undoes === null ? '' : ' to undo'}`);
  if (ends !== 'succeeds' && does) count(counts, 'target half done');
  if (deaf) count(counts, 'target deaf to cancel');
  if (unknownFor > 0) count(counts, 'target unknown');
  if (backwards) count(counts, 'target lies about progress');
  if (outputs['url'] === undefined || outputs['url'] === '' || outputs['values'] !== '{}' || '__more' in outputs)
    count(counts, 'target lies about outputs');
}

/** The client gave up: after `hold` nothing of its call happens any more. */
function patience(clock: Clock, signal: AbortSignal): () => boolean {
  let gaveUp = signal.aborted ? clock.now() : Infinity;
  signal.addEventListener('abort', () => (gaveUp = clock.now()), { once: true });
  return () => clock.now() > gaveUp + hold;
}

const placeOf = (job: Job): string => [job.tenant, job.environment, job.product, job.component].join('/');
const addressOf = (job: Job): string => {
  const publishes = /publish|withdraw/.test(job.undoes ?? job.action);
  return `${placeOf(job)}${publishes ? '#published' : job.environment === '' ? '#built' : ''}`;
};

function becomes(job: Job, before: string | null): string | null {
  switch (job.action) {
    case 'deploy':
      return `${job.inputs.get('image')} with ${job.inputs.get('values')}`;
    case 'publish':
      return JSON.stringify(
        Object.fromEntries([...job.inputs].flatMap(([name, value]) => (/^output:/.test(name) ? [[name.slice(7), value]] : []))),
      );
    case 'stop':
      return before === null ? null : `${before.replace(/ stopped$/, '')} stopped`;
    case 'start':
      return before === null ? null : before.replace(/ stopped$/, '');
    case 'scale':
      return before === null ? null : `${before.replace(/ x\d+$/, '')} x${job.inputs.get('replicas')}`;
    case 'destroy':
    case 'withdraw':
      return null;
    case 'undo':
      return job.restorePoint === null ? null : wasIn(job.restorePoint);
    default:
      return before;
  }
}

function wasIn(text: string): string | null {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && 'was' in value && typeof value.was === 'string' ? value.was : null;
}

function observed(kept: Kept, now: number, healed: boolean): JobStatus {
  const { behaviour, from } = kept;
  if (kept.end !== null) return kept.end;
  if (!kept.took) return { state: 'absent' };
  const age = now - from;
  if (!healed && age < behaviour.unknownFor) return { state: 'unknown', why: 'the index is being rebuilt' };
  const deaf = behaviour.deaf && !healed && behaviour.ends !== 'hangs';
  const over = behaviour.ends !== 'hangs' && age >= behaviour.lasts;
  if (kept.cancelledAt !== null && !deaf && (!over || kept.cancelledAt < from + behaviour.lasts))
    return (kept.end = { state: 'cancelled', reason: 'cancelled as asked', effect: sureOf(behaviour) });
  if (over || healed) return (kept.end = endOf(kept));
  const done = behaviour.backwards ? 100 - Math.floor(age / 1000) : Math.floor(age / 1000);
  return { state: 'running', done, total: 100, text: `${done} of 100` };
}

const sureOf = ({ does, says }: Behaviour): HowSure => (does && says === 'none' ? 'done' : says);

function endOf({ behaviour, outputs: given, unchanged }: Kept): JobStatus {
  if (behaviour.ends === 'succeeds') {
    const outputs = Object.entries(given).map(([name, value]): Output => ({ name, value, secret: false }));
    return { state: 'succeeded', outputs, unchanged };
  }
  return { state: 'failed', reason: 'it broke', code: 'scripted', retryable: behaviour.retryable, effect: sureOf(behaviour) };
}
