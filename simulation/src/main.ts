import { parseArgs } from 'node:util';
import { simulated } from './simulate.ts';

/** `npm run simulate -- --seeds 1000 --from 1`, or `--seed N` for one with its trace. */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, seeds: { type: 'string', default: '100' }, from: { type: 'string', default: '1' } },
});
// The traces of errors that are expected cost more than all they stand for.
Error.stackTraceLimit = 0;
const say = (line: string): unknown => process.stdout.write(`${line}\n`);

if (values.seed !== undefined) {
  const { trace, broken, endings, faults, lasted, digest } = await simulated(Number(values.seed));
  trace.forEach(say);
  say(`faults ${JSON.stringify(Object.fromEntries(faults))}; ${Math.round(lasted / 1000)} s; ${digest}`);
  say(`endings ${endings.join(', ')}`);
  broken.forEach((law) => say(`BROKEN ${law}`));
  process.exitCode = broken.length === 0 ? 0 : 1;
} else {
  const from = Number(values.from);
  const seeds = Number(values.seeds);
  const faults = new Map<string, number>();
  const began = performance.now();
  let broken = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    const run = await simulated(seed);
    for (const [fault, times] of run.faults) faults.set(fault, (faults.get(fault) ?? 0) + times);
    if (run.broken.length > 0) {
      broken += 1;
      say(`seed ${seed}: ${run.broken.slice(0, 5).join('; ')}   (npm run simulate -- --seed ${seed})`);
    }
  }
  const rate = (seeds / (performance.now() - began)) * 1000;
  say(
    `${seeds} seeds, ${broken} with broken laws, faults ${JSON.stringify(Object.fromEntries([...faults].toSorted()))}, ${rate.toFixed(1)} seeds/s`,
  );
  process.exitCode = broken === 0 ? 0 : 1;
}
