import { dataOf, requestOf, type Data, type Defined, type Law, type Told } from './evidence.ts';

/** I4: what follows on a failure is what was asked for, else what the environment says, else compensation: where it is to be kept or held, nothing
 *  is undone before somebody cancels or gives up; and only where it is to be held it waits for people. */
export const policy: Law = ({ operations, defined }) => operations.flatMap((told) => followed(told, policyOf(requestOf(told), defined)));

export function policyOf(request: Data | null, defined: Defined | null): string {
  const asked = request?.['onFailure'];
  return typeof asked === 'string' ? asked : (defined?.policies.get(String(request?.['environment'])) ?? 'compensate');
}

function followed({ id, events }: Told, wanted: string): readonly string[] {
  const broken: string[] = [];
  let decided = false;
  for (const event of events) {
    if (event.type === 'CancelRequested' || event.type === 'OperationGivenUp') decided = true;
    if (event.type === 'CompensationStarted' && wanted !== 'compensate' && !decided)
      broken.push(`I4 ${id}: it is undone, and nobody decided so; on a failure it was to ${wanted}`);
    if (event.type === 'OperationHeld' && dataOf(event)['by'] === 'failure' && wanted !== 'hold')
      broken.push(`I4 ${id}: it waits for people; on a failure it was to ${wanted}`);
  }
  return broken;
}
