import type { Driver, Effect, Job, JobStatus, Output } from './driver.ts';

/** What the driver that does nothing makes of a job. `looks`: how many observations it takes, by default none. */
export type Script =
  | Readonly<{ does: 'succeed'; outputs?: Readonly<Record<string, string>>; unchanged?: boolean; looks?: number }>
  | Readonly<{ does: 'fail'; reason: string; effect?: Effect; retryable?: boolean; looks?: number }>
  | Readonly<{ does: 'hang'; effect?: Effect }>
  | Readonly<{ does: 'refuse'; reason: string }>;

type Kept = { script: Exclude<Script, { does: 'refuse' }>; looks: number; cancelled: boolean; end: JobStatus | null };

/** The outside system that the driver pretends: it outlives the service. */
export type NothingTarget = {
  readonly jobs: Map<string, Kept>;
  /** Ids of jobs that can no longer start. */
  readonly tombstones: Set<string>;
  /** Every effect, in order, as often as it happened: at most once a job, or there is a mistake. */
  readonly effects: { job: string; step: string; action: string; component: string; environment: string; fence: number }[];
  /** What is deployed: `tenant/environment/product/component` to the image, or the job where there is none. */
  readonly deployed: Map<string, string>;
  /** How many there are of what was scaled or deployed with a number: by the same address. */
  readonly replicas: Map<string, number>;
  /** The highest fence seen at each of these. */
  readonly fences: Map<string, number>;
};

export const nothingTarget = (): NothingTarget => ({
  jobs: new Map(),
  tombstones: new Set(),
  effects: [],
  deployed: new Map(),
  replicas: new Map(),
  fences: new Map(),
});

const addressOf = (job: Job): string => [job.tenant, job.environment, job.product, job.component].join('/');
const undoable = new Set(['deploy', 'publish', 'start', 'stop', 'destroy', 'withdraw', 'scale']);

const takeEffect = (target: NothingTarget, job: Job): void => {
  const { id, step, action, component, environment, fence } = job;
  target.effects.push({ job: id, step, action, component, environment, fence });
  if (action === 'deploy') target.deployed.set(addressOf(job), job.inputs.get('image') ?? id);
  if (action === 'destroy') target.deployed.delete(addressOf(job));
  const replicas = replicasOf(job);
  if (replicas !== null) target.replicas.set(addressOf(job), replicas);
  if (/\/scale$/.test(job.undoes ?? '') && job.restorePoint !== null) {
    const { replicas: before } = restored(job.restorePoint);
    if (before === null) target.replicas.delete(addressOf(job));
    else target.replicas.set(addressOf(job), before);
  }
  if (!/\/(deploy|destroy)$/.test(job.undoes ?? '')) return;
  const { was } = job.restorePoint === null ? { was: null } : restored(job.restorePoint);
  if (was === null) target.deployed.delete(addressOf(job));
  else target.deployed.set(addressOf(job), was);
};

/** What a job says of the number: a deploy in its workload, a scale or a start by itself. */
function replicasOf({ action, inputs }: Job): number | null {
  if (action === 'deploy') return field(inputs.get('workload') ?? '{}', 'replicas', isNumber);
  return action === 'scale' || action === 'start' ? field(`{"replicas":${inputs.get('replicas') ?? 'null'}}`, 'replicas', isNumber) : null;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';

function field<T>(json: string, name: string, narrow: (value: unknown) => value is T): T | null {
  const value: unknown = JSON.parse(json);
  const found: unknown = typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : null;
  return narrow(found) ? found : null;
}

const restored = (text: string): { was: string | null; replicas: number | null } => ({
  was: field(text, 'was', isText),
  replicas: field(text, 'replicas', isNumber),
});

const endOf = (script: Kept['script']): JobStatus | null => {
  if (script.does === 'hang') return null;
  if (script.does === 'fail') {
    const { reason, effect = 'done', retryable = false } = script;
    return { state: 'failed', reason, code: 'scripted', retryable, effect };
  }
  const outputs = Object.entries(script.outputs ?? {}).map(([name, value]): Output => ({ name, value, secret: false }));
  return { state: 'succeeded', outputs, unchanged: script.unchanged ?? false };
};

const observed = (kept: Kept): JobStatus => {
  if (kept.end !== null) return kept.end;
  if (kept.looks > 0 || kept.script.does === 'hang') {
    kept.looks -= 1;
    return { state: 'running', done: null, total: null, text: 'doing nothing' };
  }
  kept.end = endOf(kept.script);
  return kept.end ?? { state: 'absent' };
};

/** A driver that does nothing, for tests: what each job comes to is scripted, what would have happened is counted in the target. */
export const nothingDriver = (target: NothingTarget, script: (job: Job) => Script = () => ({ does: 'succeed' })): Driver => ({
  fencing: 'target',
  timing: { call: 5000, hold: 1000 },
  restorePoint: (job) =>
    Promise.resolve(
      undoable.has(job.action)
        ? JSON.stringify({
            was: target.deployed.get(addressOf(job)) ?? null,
            ...(job.action === 'scale' ? { replicas: target.replicas.get(addressOf(job)) ?? null } : {}),
          })
        : null,
    ),
  start: async (job) => {
    if (target.tombstones.has(job.id)) return { refused: 'this job was cancelled before it was started' };
    if (target.jobs.has(job.id)) return { refused: null };
    const does = script(job);
    if (does.does === 'refuse') return { refused: does.reason };
    const seen = target.fences.get(addressOf(job)) ?? 0;
    if (job.environment !== '' && job.fence < seen) return { refused: `${job.component} belongs to fence ${seen} by now`, code: 'fenced' };
    if (job.environment !== '') target.fences.set(addressOf(job), job.fence);
    const looks = does.does === 'hang' ? 0 : (does.looks ?? 0);
    target.jobs.set(job.id, { script: does, looks, cancelled: false, end: null });
    const without = does.does === 'fail' ? does.effect === 'none' : does.does === 'succeed' && does.unchanged === true;
    if (!without) takeEffect(target, job);
    return { refused: null };
  },
  observe: async (job) => {
    const kept = target.jobs.get(job.id);
    if (kept !== undefined) return observed(kept);
    if (!target.tombstones.has(job.id)) return { state: 'absent' };
    return { state: 'cancelled', reason: 'cancelled before it was started', effect: 'none' };
  },
  cancel: async (job) => {
    const kept = target.jobs.get(job.id);
    if (kept === undefined) {
      target.tombstones.add(job.id);
      return true;
    }
    const effect = kept.script.does === 'hang' ? (kept.script.effect ?? 'possible') : 'done';
    kept.end ??= { state: 'cancelled', reason: 'cancelled while it was doing nothing', effect };
    return false;
  },
  log: async (job, offset) => {
    const text = target.jobs.has(job.id) ? `${job.step}, attempt ${job.attempt}: nothing was done\n` : '';
    return { text: text.slice(offset), next: Math.max(offset, text.length) };
  },
  evidence: async (job) => (target.jobs.has(job.id) ? JSON.stringify({ lines: [`${job.step} did nothing`] }) : null),
});
