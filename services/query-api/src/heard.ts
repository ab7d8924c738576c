import type { Stores } from './stores.ts';
import type { StepView } from './views/operation-view.ts';

/** When each of these bridges last said something of any step, by name; who was never heard is not in it. */
export async function lastHeard({ steps }: Stores, bridges: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const heard = new Map<string, string>();
  for (const bridge of bridges) {
    const [last] = await steps.find({ bridge, heardAt: { $gt: '' } }, { sort: { heardAt: -1 }, limit: 1 }).toArray();
    if (last?.heardAt != null) heard.set(bridge, last.heardAt);
  }
  return heard;
}

/** Of the bridges that have not begun what they were asked for. */
export const lastHeardOf = (stores: Stores, steps: readonly StepView[]): Promise<ReadonlyMap<string, string>> =>
  lastHeard(stores, new Set(steps.filter(({ state }) => state === 'requested').map(({ bridge }) => bridge)));
