import type { Documents } from '@srm/documents';
import type { Evidence, Told } from './evidence.ts';

type Operation = Readonly<{ _id: string; status: string; number: number; frozen: string | null }>;
type Step = Readonly<{ _id: string; operation: string; id: string; state: string; attempt: number }>;

const statuses: Readonly<Record<string, string>> = {
  OperationSucceeded: 'succeeded',
  OperationFailed: 'failed',
  OperationCompensated: 'compensated',
  OperationCompensationFailed: 'compensation-failed',
  OperationCancelled: 'cancelled',
  OperationRefused: 'refused',
  OperationPlanned: 'planned',
};
const states: Readonly<Record<string, string>> = {
  StepRequested: 'requested',
  StepStarted: 'started',
  StepSucceeded: 'succeeded',
  StepFailed: 'failed',
  StepCancelled: 'cancelled',
  StepSkipped: 'skipped',
};

/** I7: the read model equals an independent fold: every operation at its last event and ending, every step in its last state. */
export async function views(documents: Documents, { operations }: Evidence): Promise<readonly string[]> {
  const shown = new Map((await documents.collection<Operation>('operations').find({}).toArray()).map((view) => [view._id, view]));
  const steps = new Map((await documents.collection<Step>('steps').find({}).toArray()).map((view) => [view._id, view]));
  return operations.flatMap((told) => [...operationShown(told, shown.get(told.id)), ...stepsShown(told, steps)]);
}

function operationShown({ id, events }: Told, view: Operation | undefined): readonly string[] {
  const last = events.length;
  const ending = events.find((event) => event.type in statuses);
  const wanted = statuses[ending?.type ?? ''] ?? view?.status;
  return view?.number === last && view.status === wanted
    ? []
    : [`I7 ${id} is shown ${view?.status} at ${view?.number}; it is ${wanted} at ${last}`];
}

function stepsShown({ id, events }: Told, steps: ReadonlyMap<string, Step>): readonly string[] {
  const last = new Map<string, string>();
  for (const event of events) {
    const state = states[event.type];
    if (state !== undefined && 'step' in event.data) last.set(String(event.data.step), state);
  }
  return [...last].flatMap(([step, state]) => {
    const shown = steps.get(`${id}/${step}`)?.state;
    return shown === state ? [] : [`I7 ${id}: ${step} is shown ${shown}; it is ${state}`];
  });
}
