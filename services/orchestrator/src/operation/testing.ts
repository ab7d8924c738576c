import { jobId } from '@srm/messaging';
import type { Envelope, Message } from '@srm/schemas';
import { advance } from '../advance.ts';
import type { OperationEvent, OperationInput } from './events.ts';
import { operationDecider } from './index.ts';
import type { Operation, PlanStep } from './state.ts';

/** What tests of the operation decider say: inputs as they would come, events as they were decided. */
export const operationId = 'op';
const key = `operation/${operationId}`;
let said = 0;

export const envelope = <M extends Message>(message: M, time = '2026-11-24T08:00:00.000Z'): Envelope<M> => ({
  ...message,
  id: `input-${++said}`,
  source: '/test',
  subject: key,
  time,
  sequence: null,
  correlationid: operationId,
  causationid: null,
  traceparent: null,
});

type Request = Extract<OperationInput, { type: 'RequestOperation' }>['data'];

export const request = (changes: Partial<Request> = {}): OperationInput => ({
  type: 'RequestOperation',
  data: {
    operation: operationId,
    tenant: 'acme',
    key: 'k',
    bodyDigest: 'sha256:b',
    kind: 'release',
    product: 'shop',
    components: [],
    version: null,
    release: null,
    environment: 'development',
    perComponent: [],
    pipeline: null,
    onFailure: null,
    reason: null,
    labels: [],
    expectedPlan: null,
    preview: false,
    actor: { name: 'li', authenticated: false },
    force: null,
    of: null,
    notBefore: null,
    deadline: null,
    restartConsumers: null,
    ...changes,
  },
});

export const step = (id: string, dependsOn: readonly string[] = [], changes: Partial<PlanStep> = {}): PlanStep => {
  const [component = '', phase = ''] = id.split('/');
  const bridge = phase === 'compile' || phase === 'package' ? 'ci' : phase === 'deploy' ? 'sem' : 'scm';
  const undo = phase === 'deploy' || phase === 'publish' ? 'auto' : 'none';
  return {
    id,
    component,
    phase,
    bridge,
    action: phase,
    driver: 'nothing',
    target: null,
    dependsOn,
    inputs: [],
    undo,
    noReturn: null,
    deadline: 60_000,
    attempts: 1,
    backoff: 1000,
    ...changes,
  };
};

const planDigest = 'sha256:plan';

/** The answers that lead from a request to a plan that counts. */
export const planning = (
  steps: readonly PlanStep[],
  changes: Readonly<{
    pipeline?: 'eager' | 'buildFirst';
    lease?: readonly string[];
    onFailure?: 'compensate' | 'keep' | 'hold' | null;
    consumers?: Extract<OperationInput, { type: 'PlanMade' }>['data']['consumers'];
    upon?: Extract<OperationInput, { type: 'PlanMade' }>['data']['upon'];
  }> = {},
): readonly OperationInput[] => {
  const documents = ['Product', 'Environment'].map((kind) => ({ kind, name: 'x', revision: 1, digest: `sha256:${kind}` }));
  const { pipeline = 'eager', lease = ['shop/x'], onFailure = null, consumers = null, upon = null } = changes;
  return [
    { type: 'DefinitionsDescribed', data: { operation: operationId, number: 1, documents, round: null } },
    {
      type: 'EnvironmentDescribed',
      data: { operation: operationId, environment: 'development', number: 1, fence: 0, releases: null, current: null },
    },
    { type: 'MaterialResolved', data: { operation: operationId, digest: 'sha256:m', contentDigest: 'sha256:c' } },
    { type: 'PlanSliced', data: { operation: operationId, planDigest, slice: 0, steps } },
    {
      type: 'PlanMade',
      data: {
        operation: operationId,
        planDigest,
        slices: 1,
        steps: steps.length,
        pipeline,
        protected: false,
        lease,
        remarks: null,
        onFailure,
        consumers,
        upon,
      },
    },
    { type: 'VersionGranted', data: { operation: operationId, product: 'shop', version: '2026.11.24-1' } },
  ];
};

export const leased: OperationInput = {
  type: 'LeaseGranted',
  data: { operation: operationId, environment: 'development', fence: 7, number: 2 },
};

type Action = Extract<OperationInput, { type: 'ActOnOperation' }>['data'];

export const act = (
  action: Action['action'],
  on: string | null = null,
  requestId: string = action,
  at: number | null = null,
): OperationInput => ({
  type: 'ActOnOperation',
  data: {
    operation: operationId,
    requestId,
    action,
    step: on,
    reason: null,
    at,
    actor: { name: 'li', authenticated: false },
    bodyDigest: null,
  },
});

export const cancel = (requestId = 'r1', at: number | null = null): OperationInput => ({
  type: 'ActOnOperation',
  data: {
    operation: operationId,
    requestId,
    action: 'cancel',
    step: null,
    reason: 'wrong branch',
    at,
    actor: { name: 'li', authenticated: false },
    bodyDigest: null,
  },
});

const about = (operation: Operation, id: string, number: number) => {
  const known = operation.steps.get(id);
  const attempt = Math.max(1, known?.attempt ?? 1);
  return {
    operation: operationId,
    step: id,
    attempt,
    job: jobId(operationId, id, attempt),
    number,
    fence: operation.fence,
    bridge: known?.plan.bridge ?? 'ci',
    restorePoint: null,
  };
};

export const succeeded = (
  operation: Operation,
  id: string,
  outputs: Readonly<Record<string, string>> = {},
  number = 9,
): OperationInput => ({
  type: 'JobSucceeded',
  data: {
    ...about(operation, id, number),
    outputs: Object.entries(outputs).map(([name, value]) => ({ name, value, secret: false })),
    unchanged: false,
  },
});

export const restorable = (operation: Operation, id: string): OperationInput => ({
  type: 'JobRestorable',
  data: { ...about(operation, id, 1), restorePoint: '{"was":"absent"}' },
});

export const failed = (
  operation: Operation,
  id: string,
  effect: 'none' | 'possible' | 'done' = 'none',
  retryable = false,
): OperationInput => ({
  type: 'JobFailed',
  data: { ...about(operation, id, 9), reason: `${id} broke`, code: null, retryable, effect, evidence: null },
});

export const cancelled = (operation: Operation, id: string, effect: 'none' | 'possible' | 'done' = 'none'): OperationInput => ({
  type: 'JobCancelled',
  data: { ...about(operation, id, 9), reason: 'as asked', effect, evidence: null },
});

/** An operation under test: it is given inputs, until nothing more is due, and tells the events. */
export function underTest() {
  let operation = operationDecider.empty(key);
  const history: Envelope<OperationEvent>[] = [];
  const given = (...inputs: readonly OperationInput[]): readonly Envelope<OperationEvent>[] => {
    const before = history.length;
    for (const input of inputs) {
      let messages: readonly Envelope<OperationInput>[] = [envelope(input)];
      for (;;) {
        const advanced = advance(operationDecider, key, operation, messages, null);
        operation = advanced.state;
        if (advanced.decided.length === 0) break;
        history.push(...advanced.decided.map(({ event }) => event));
        messages = [];
      }
    }
    return history.slice(before);
  };
  return {
    given,
    history,
    get operation() {
      return operation;
    },
  };
}

/** Events in a line each: the type, and of a step its name. */
export const told = (events: readonly Envelope<OperationEvent>[]): readonly string[] =>
  events.map((event) => ('step' in event.data ? `${event.type} ${event.data.step}` : event.type));

/** Some fields of what an event says, in the order asked for. */
export const fields = (event: Envelope<OperationEvent> | undefined, ...names: readonly string[]): readonly unknown[] =>
  names.map((name) => new Map<string, unknown>(Object.entries(event?.data ?? {})).get(name));
