import type { Operation, Resource, Step, WaitingFor } from '../api.ts';

/** Seconds after the operation was asked for, as the time of an answer. */
export const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 24, 9) + seconds * 1000).toISOString();
export const ms = (seconds: number): number => Date.parse(at(seconds));

const none = { planned: 0, requested: 0, started: 0, succeeded: 0, failed: 0, cancelled: 0, skipped: 0 };

/** A release of shop, as asked for: whatever is given replaces it. */
export const operation = (
  given: Partial<Omit<Operation, 'counts' | 'undoCounts'>> & { counts?: object; undoCounts?: object } = {},
): Operation => ({
  id: 'op-1',
  tenant: 'default',
  kind: 'release',
  status: 'running',
  product: 'shop',
  environment: 'development',
  version: '2026.11.24-1',
  release: null,
  pipeline: 'eager',
  onFailure: 'compensate',
  preview: false,
  asked: { version: null, release: null, pipeline: null, onFailure: null, perComponent: [], reason: null, labels: [], expectedPlan: null },
  actor: { name: 'ann', authenticated: false },
  requestedAt: at(0),
  startedAt: null,
  endedAt: null,
  planDigest: null,
  steps: 0,
  reason: null,
  errors: [],
  waitingFor: null,
  held: null,
  cancel: null,
  movedAt: at(0),
  kept: [],
  left: [],
  remarks: [],
  frozen: null,
  number: 1,
  ...given,
  counts: { ...none, ...given.counts },
  undoCounts: { ...none, ...given.undoCounts },
});

/** The step `<component>/<phase>` or `<component>/<phase>/undo`, planned: whatever is given replaces it. */
export function step(id: string, given: Partial<Step> = {}): Step {
  const [component = '', phase = '', undo] = id.split('/');
  return {
    id,
    component,
    phase,
    bridge: 'sem',
    action: phase,
    state: 'planned',
    attempt: 0,
    since: at(0),
    startedAt: null,
    endedAt: null,
    done: null,
    total: null,
    text: null,
    dependsOn: [],
    waitingFor: [],
    reason: null,
    code: null,
    effect: null,
    retryAt: null,
    attempts: 3,
    deadlineAt: null,
    heardAt: null,
    cancel: null,
    undo: 'auto',
    was: null,
    undoes: undo === undefined ? null : `${component}/${phase}`,
    outputs: [],
    unchanged: false,
    evidence: null,
    number: 1,
    ...given,
  };
}

/** A step that ran from one second to another. */
export const ran = (id: string, from: number, to: number, given: Partial<Step> = {}): Step =>
  step(id, { state: 'succeeded', startedAt: at(from), endedAt: at(to), attempt: 1, ...given });

export const resource = (component: string, given: Partial<Resource> = {}): Resource => ({
  id: `default/development/shop/${component}`,
  tenant: 'default',
  environment: 'development',
  product: 'shop',
  component,
  state: 'running',
  version: '2026.11.24-1',
  image: null,
  spec: null,
  parameters: null,
  configuration: null,
  outputs: [],
  replicas: null,
  operation: 'op-1',
  fence: 1,
  since: at(0),
  observed: null,
  configurationOutdated: null,
  changing: null,
  number: 1,
  ...given,
});

export const waits = (of: WaitingFor['for'], what: string, given: Partial<WaitingFor> = {}): WaitingFor => ({
  for: of,
  what,
  operations: [],
  since: null,
  text: what,
  ...given,
});
