import type { OperationView, StepView } from './operation-view.ts';
import { silentSince } from './silence.ts';

/** Why something does not go on. `text`: in words a person can act on; `what`: the id of the step, the time of a retry, the bridge, or who asked. */
export type Wait = Readonly<{
  for:
    | 'step'
    | 'barrier'
    | 'lease'
    | 'freeze'
    | 'window'
    | 'approval'
    | 'time'
    | 'bridge'
    | 'silence'
    | 'retry'
    | 'cancel'
    | 'hold'
    | 'planning'
    | 'frozen';
  what: string;
  /** Operations that are waited for. */
  operations: readonly string[];
  since: string | null;
  text: string;
}>;

/** When each bridge was last heard, by its name; and the present moment. */
export type Hearing = Readonly<{ heard: ReadonlyMap<string, string>; now: number }>;

export const building: ReadonlySet<string> = new Set(['compile', 'package']);
export const finished: ReadonlySet<string> = new Set(['succeeded', 'skipped']);
const answering = {
  definitions: 'the definitions',
  environment: 'what runs in the environment',
  release: 'the release',
  material: 'the sources, from ci-bridge',
  version: 'a version',
  plan: 'the plan',
} as const;

const wait = (of: Wait['for'], what: string, since: string | null, text: string, operations: readonly string[] = []): Wait => ({
  for: of,
  what,
  operations,
  since,
  text,
});

/** Why an operation does not go on; null: it does, or has ended. Pure. */
export function waitOf(operation: OperationView): Wait | null {
  const { ending, frozen, held, cancel, waitingFor, reason, status } = operation;
  if (ending !== null) return null;
  if (frozen !== null) return wait('frozen', frozen, null, `this view stands still: ${frozen}`);
  if (held !== null) return wait('hold', held.who ?? '', held.since, `held since ${held.since}: ${reason ?? 'until somebody decides'}`);
  if (cancel !== null && status === 'cancelling') {
    const open = operation.counts.requested + operation.counts.started;
    const rest = open === 0 ? '' : `; waits for ${open === 1 ? 'the step that is' : `${open} steps that are`} under way to end`;
    return wait('cancel', cancel.who, cancel.since, `cancel asked for by ${cancel.who} since ${cancel.since}${rest}`);
  }
  if (waitingFor !== null) return wait(waitingFor.for, waitingFor.what, waitingFor.since, waitingFor.what, waitingFor.operations);
  if (status !== 'requested' && status !== 'planning') return null;
  const asked = operation.planning === null ? 'the orchestrator to take it up' : answering[operation.planning];
  return wait('planning', operation.planning ?? '', operation.movedAt, `planning waits for ${asked} since ${operation.movedAt}`);
}

/** What is known of an operation's steps: at least those that are asked about, and those they depend on; and how many are still to be built. */
export type Around = Readonly<{ steps: readonly StepView[]; unbuilt: number }>;

/** Why a step does not go on, asked of many steps of one operation at once. Pure. */
export function waitsOf(operation: OperationView, { steps, unbuilt }: Around, hearing: Hearing): (step: StepView) => readonly Wait[] {
  const open = new Map(steps.filter((step) => !finished.has(step.state)).map((step) => [step.id, step]));
  const whole = waitOf(operation);
  return (step) => {
    if (operation.ending !== null || !open.has(step.id)) return [];
    if (whole?.for === 'frozen') return [whole];
    if (step.state === 'requested' || step.state === 'started') return underWay(step, hearing);
    if (step.state === 'failed' && step.retryAt !== null) return [retrying(step, step.retryAt)];
    if (step.state !== 'planned') return [];
    if (operation.status === 'compensating' || operation.status === 'cancelling')
      return [
        wait(
          'cancel',
          operation.cancel?.who ?? '',
          operation.movedAt,
          `is not begun any more: ${operation.reason ?? 'it is being undone'}`,
        ),
      ];
    const before = step.dependsOn.flatMap((id) => open.get(id) ?? []);
    if (before.length > 0) return before.map(dependency);
    if (whole?.for === 'hold') return [whole];
    if (building.has(step.phase)) return [];
    if (operation.pipeline === 'buildFirst' && unbuilt > 0)
      return [wait('barrier', String(unbuilt), null, 'waits until everything is built')];
    return whole === null ? [] : [whole];
  };
}

const dependency = ({ id, state, retryAt }: StepView): Wait =>
  wait('step', id, null, `waits for ${id}${state === 'failed' && retryAt === null ? ', which failed' : ''}`);

const retrying = ({ attempt, attempts, reason, since }: StepView, retryAt: string): Wait =>
  wait('retry', retryAt, since, `attempt ${attempt} of ${attempts} failed: ${reason ?? 'no reason given'}; tried again at ${retryAt}`);

/** Milliseconds in which a bridge begins, but for one that was restarted: that one may take over what was called before only after a while (protocol 17). */
const usual = 3000;
const restarted =
  'after a restart of the bridge it first waits some seconds, until what it had called before can take effect no more, and goes on by itself';

/** What moves says nothing. */
function underWay(step: StepView, { heard, now }: Hearing): readonly Wait[] {
  const { bridge, state, since, cancel } = step;
  if (cancel !== null)
    return [
      wait(
        'cancel',
        bridge,
        cancel.since,
        `${cancel.reason}; ${bridge}-bridge was asked to end it at ${cancel.since} and has not confirmed`,
      ),
    ];
  if (state === 'started') return [];
  const silent = silentSince(since, heard.get(bridge) ?? null, now);
  const begins = `${bridge}-bridge was asked at ${since} and has not begun yet`;
  if (silent === null) return [wait('bridge', bridge, since, now - Date.parse(since) > usual ? `${begins}; ${restarted}` : begins)];
  return [wait('silence', bridge, silent, `${bridge}-bridge is silent since ${silent}; it was asked at ${since} and has not begun`)];
}
