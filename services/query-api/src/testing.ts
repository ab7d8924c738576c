import { embeddedDocuments, type Documents } from '@srm/documents';
import { embeddedCodec, idOf, type Clock, type Log, type Received, type Subscription } from '@srm/messaging';
import { operationKey, type Attributes, type Envelope, type Message } from '@srm/schemas';
import type { OperationEvent } from './views/events.ts';

/** What the tests of this service share: histories of operations and a world for them to be told in. */
export const operation = '6f1c0a52-7d0e-5b1e-9a3c-2f6f6f0f8a11';
export const key = operationKey(operation);

const start = Date.UTC(2026, 10, 24, 8, 0, 0);

export const timeOf = (number: number): string => new Date(start + number * 1000).toISOString();

/** Events of one key, numbered from 1 on, a second apart. */
export const told = <M extends Message>(subject: string, events: readonly M[], first = 1): readonly Envelope<M>[] =>
  events.map((event, index) => ({ ...event, ...attributes(subject, first + index) }));

const attributes = (subject: string, number: number): Attributes => ({
  id: idOf('event', subject, number),
  source: `/srm/${subject}`,
  subject,
  time: timeOf(number),
  sequence: number,
  correlationid: operation,
  causationid: null,
  traceparent: null,
});

export const requested = (more: Partial<Extract<OperationEvent, { type: 'OperationRequested' }>['data']> = {}): OperationEvent => ({
  type: 'OperationRequested',
  data: {
    operation,
    tenant: 'default',
    key: 'k1',
    bodyDigest: `sha256:${'0'.repeat(64)}`,
    kind: 'release',
    product: 'shop',
    components: [],
    version: null,
    release: null,
    environment: 'development',
    perComponent: [],
    pipeline: null,
    onFailure: null,
    reason: 'a try',
    labels: [],
    expectedPlan: null,
    preview: false,
    actor: { name: 'li.wei', authenticated: false },
    force: null,
    of: null,
    notBefore: null,
    deadline: null,
    restartConsumers: null,
    ...more,
  },
});

export const planDigest = `sha256:${'4'.repeat(64)}`;

/** A slice of a plan: ids `component/phase` with what each depends on. */
export const planned = (slice: number, steps: Readonly<Record<string, readonly string[]>>): OperationEvent => ({
  type: 'StepsPlanned',
  data: {
    operation,
    planDigest,
    slice,
    steps: Object.entries(steps).map(([id, dependsOn]) => {
      const [component = '', phase = ''] = id.split('/');
      const bridge = phase === 'compile' || phase === 'package' ? 'ci' : phase === 'deploy' ? 'sem' : 'scm';
      const undo = phase === 'deploy' || phase === 'publish' ? 'auto' : 'none';
      return {
        id,
        component,
        phase,
        bridge,
        action: phase,
        driver: 'none',
        target: null,
        dependsOn,
        inputs: [],
        undo,
        noReturn: null,
        deadline: 60_000,
        attempts: 2,
        backoff: 2,
      };
    }),
  },
});

export const completed = (steps: number, pipeline: 'eager' | 'buildFirst' = 'eager'): OperationEvent => ({
  type: 'PlanCompleted',
  data: {
    operation,
    planDigest,
    slices: 1,
    steps,
    pipeline,
    protected: false,
    lease: ['shop/store'],
    version: '2026.11.24-1',
    release: null,
    remarks: null,
    onFailure: null,
    consumers: null,
    upon: null,
  },
});

export const asks = (step: string, attempt = 1, undoes: string | null = null): OperationEvent => {
  const [component = '', phase = ''] = step.split('/');
  return {
    type: 'StepRequested',
    data: {
      operation,
      step,
      job: idOf('job', operation, step, attempt),
      attempt,
      fence: 1,
      deadline: 60_000,
      component,
      phase,
      action: undoes === null ? phase : 'undo',
      bridge: phase === 'deploy' ? 'sem' : 'ci',
      driver: 'none',
      target: null,
      inputs: [],
      undoes,
      restorePoint: null,
    },
  };
};

export const starts = (step: string, attempt = 1): OperationEvent => ({
  type: 'StepStarted',
  data: { operation, step, attempt, report: 1 },
});
export const progresses = (step: string, done: number, attempt = 1): OperationEvent => ({
  type: 'StepProgressed',
  data: { operation, step, attempt, report: 2, done, total: 10, text: `${done}/10` },
});
export const succeeds = (step: string, attempt = 1, unchanged = false): OperationEvent => ({
  type: 'StepSucceeded',
  data: { operation, step, attempt, report: 3, outputs: [{ name: 'artifact', value: `bpr:${step}`, secret: false }], unchanged },
});
export const fails = (step: string, retryIn: number | null = null, attempt = 1): OperationEvent => ({
  type: 'StepFailed',
  data: {
    operation,
    step,
    attempt,
    report: 3,
    reason: `${step} did not work`,
    code: 'x',
    effect: 'possible',
    retryIn,
    evidence: '{"lines":[]}',
  },
});
export const cancels = (step: string, attempt = 1): OperationEvent => ({
  type: 'StepCancelled',
  data: { operation, step, attempt, report: 3, reason: 'cancelled', effect: 'none', evidence: null },
});

export const ends = (
  type: 'OperationSucceeded' | 'OperationFailed' | 'OperationCompensated' | 'OperationCancelled',
  reason = '',
): OperationEvent => {
  const data = { operation, reason, counts: [], kept: [], left: [] };
  return type === 'OperationSucceeded' ? { type, data: { ...data, remarks: null } } : { type, data };
};

/** A small release that goes well. */
export const goodStory: readonly OperationEvent[] = [
  requested(),
  { type: 'PlanningStarted', data: { operation } },
  planned(0, { 'store/compile': [], 'store/package': ['store/compile'], 'store/deploy': ['store/package'] }),
  completed(3),
  { type: 'OperationStarted', data: { operation } },
  asks('store/compile'),
  starts('store/compile'),
  progresses('store/compile', 5),
  succeeds('store/compile'),
  asks('store/package'),
  succeeds('store/package'),
  {
    type: 'OperationWaiting',
    data: { operation, for: 'lease', text: 'asks for the components in development', operations: [], freeze: null },
  },
  { type: 'OperationLeased', data: { operation, fence: 1 } },
  asks('store/deploy'),
  starts('store/deploy'),
  succeeds('store/deploy'),
  ends('OperationSucceeded', 'shop 2026.11.24-1 runs in development'),
];

/** Time stands still but for sleepers, who are woken by their signal alone or at once when `hurry` is set. */
export function stillClock(hurry = false): Clock & { time: number } {
  return {
    time: start,
    now() {
      return this.time;
    },
    sleep(milliseconds, signal) {
      if (hurry || signal?.aborted === true) {
        this.time += milliseconds;
        return Promise.resolve();
      }
      return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    },
  };
}

export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const memory = (): Documents => embeddedDocuments({ file: ':memory:' });
export const codec = embeddedCodec({ file: ':memory:' });

const collections = ['operations', 'steps', 'resources', 'definitions', 'releases', 'manifests', 'answers', 'positions'];

/** Every view, as bytes. */
export async function viewBytes(documents: Documents): Promise<string> {
  const all = collections.map(async (name) => [
    name,
    await documents
      .collection(name)
      .find({}, { sort: { _id: 1 } })
      .toArray(),
  ]);
  return JSON.stringify(await Promise.all(all), null, 1);
}

/** Events as they lie on the topic. */
export const received = (events: readonly Envelope[]): Promise<readonly Received[]> =>
  Promise.all(events.map(async (message, position) => ({ ...(await codec.encode({ topic: 'events', message })), partition: 0, position })));

/** Hands records to a subscription that takes them as they came. */
export async function handed({ raw }: Subscription, records: readonly Received[]): Promise<void> {
  if (raw === undefined) throw new Error('takes no records');
  for await (const said of raw(records)) if (said === undefined) throw new Error('said nothing');
}

/** Runs a handler to its end. */
export async function handled(on: (messages: readonly Envelope[]) => AsyncIterable<unknown>, messages: readonly Envelope[]): Promise<void> {
  for await (const said of on(messages)) if (said === undefined) throw new Error('said nothing');
}
