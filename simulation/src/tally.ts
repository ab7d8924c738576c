import { count, type Counts } from './counts.ts';
import { shrunk } from './shrink.ts';
import { simulated, type Simulated } from './simulate.ts';

/** What came of some seeds. `processor`: microseconds. */
export type Tally = Readonly<{
  seeds: number;
  broken: number;
  events: number;
  processor: number;
  faults: Readonly<Record<string, number>>;
}>;

export const nothingYet: Tally = { seeds: 0, broken: 0, events: 0, processor: 0, faults: {} };

export function together(a: Tally, b: Tally): Tally {
  const faults: Counts = new Map(Object.entries(a.faults));
  for (const [fault, times] of Object.entries(b.faults)) count(faults, fault, times);
  return {
    seeds: a.seeds + b.seeds,
    broken: a.broken + b.broken,
    events: a.events + b.events,
    processor: a.processor + b.processor,
    faults: Object.fromEntries([...faults].toSorted()),
  };
}

/** Plays these seeds one after the other; of one that breaks a law, what a person needs to look at it is said at once. */
export async function tallied(from: number, seeds: number, say: (line: string) => void): Promise<Tally> {
  let all = nothingYet;
  for (let seed = from; seed < from + seeds; seed++) {
    const before = process.cpuUsage();
    const run = await simulated(seed);
    const { user, system } = process.cpuUsage(before);
    const broken = run.broken.length === 0 ? 0 : 1;
    all = together(all, { seeds: 1, broken, events: run.events, processor: user + system, faults: Object.fromEntries(run.faults) });
    if (broken > 0) await failed(run, say);
  }
  return all;
}

/** The seed, what it drew, the last of its trace; and without which faults it is broken too. */
async function failed(run: Simulated, say: (line: string) => void): Promise<void> {
  say(`seed ${run.seed}: ${run.broken.slice(0, 5).join('; ')}   (npm run simulate -- --seed ${run.seed})`);
  const { without, last } = await shrunk(run);
  last.trace.slice(-30).forEach((line) => say(`    ${line}`));
  say(`    broken also without ${[...without].join(', ') || 'nothing'}: faults ${JSON.stringify(Object.fromEntries(last.faults))}`);
}

export const lastLine = ({ seeds, broken, events, processor, faults }: Tally, from: number, milliseconds: number): string =>
  `${seeds} seeds from ${from}, ${broken} with broken laws, ${events} events, faults ${JSON.stringify(faults)}, ` +
  `${((seeds / milliseconds) * 1000).toFixed(1)} seeds/s (${((seeds / processor) * 1_000_000).toFixed(1)} a second of processor)`;
