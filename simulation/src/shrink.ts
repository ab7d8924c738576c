import type { Without } from './draw.ts';
import { simulated, type Simulated } from './simulate.ts';

const all = ['nextDay', 'freezes', 'redefined', 'acts', 'targets', 'poison', 'forged', 'silent', 'rebalance', 'skew', 'instances'] as const;
const rates = ['freeze', 'death', 'delayed', 'reordered', 'replayed', 'doubled', 'slow', 'unacknowledged', 'refused'] as const;

/** Turns faults off one at a time, as long as the same law stays broken; what remains is needed for it. */
export async function shrunk(run: Simulated): Promise<Readonly<{ without: Without; last: Simulated }>> {
  const law = lawOf(run);
  let without: Without = new Set();
  let last = run;
  for (const fault of [...all, ...rates]) {
    const tried: Without = new Set([...without, fault]);
    const again = await simulated(run.seed, { without: tried });
    if (lawOf(again) !== law) continue;
    without = tried;
    last = again;
  }
  return { without, last };
}

const lawOf = ({ broken }: Simulated): string | undefined => broken[0]?.split(' ')[0];
