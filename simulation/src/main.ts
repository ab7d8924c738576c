import { parseArgs } from 'node:util';
import { drawn } from './draw.ts';
import { shrunk } from './shrink.ts';
import { simulated, type Simulated } from './simulate.ts';

/** `npm run simulate -- --seeds 1000 --from 1`, or `--seed N` for one with its trace. */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, seeds: { type: 'string', default: '100' }, from: { type: 'string', default: '1' } },
});
// The traces of errors that are expected cost more than all they stand for.
Error.stackTraceLimit = 0;
const say = (line: string): unknown => process.stdout.write(`${line}\n`);
const json = (faults: ReadonlyMap<string, number>): string => JSON.stringify(Object.fromEntries([...faults].toSorted()));

if (values.seed !== undefined) {
  const run = await simulated(Number(values.seed));
  run.trace.forEach(say);
  described(run);
  process.exitCode = run.broken.length === 0 ? 0 : 1;
} else await many(Number(values.from), Number(values.seeds));

function described({ seed, faults, lasted, digest, endings, broken }: Simulated): void {
  const { yaml: _yaml, behaviour: _behaviour, ...draw } = drawn(seed);
  say(`drawn ${JSON.stringify(draw)}`);
  say(`faults ${json(faults)}; ${Math.round(lasted / 1000)} s; ${digest}`);
  say(`endings ${endings.join(', ')}`);
  broken.forEach((law) => say(`BROKEN ${law}`));
}

async function many(from: number, seeds: number): Promise<void> {
  const faults = new Map<string, number>();
  const began = performance.now();
  const cpu = process.cpuUsage();
  let [broken, events] = [0, 0];
  for (let seed = from; seed < from + seeds; seed++) {
    const run = await simulated(seed);
    for (const [fault, times] of run.faults) faults.set(fault, (faults.get(fault) ?? 0) + times);
    events += run.events;
    if (run.broken.length === 0) continue;
    broken += 1;
    await failed(run);
  }
  const { user, system } = process.cpuUsage(cpu);
  const rate = (seeds / (performance.now() - began)) * 1000;
  const ofCore = (seeds / (user + system)) * 1_000_000;
  say(
    `${seeds} seeds from ${from}, ${broken} with broken laws, ${events} events, faults ${json(faults)}, ${rate.toFixed(1)} seeds/s (${ofCore.toFixed(1)} a second of processor)`,
  );
  process.exitCode = broken === 0 ? 0 : 1;
}

/** The seed, what it drew, the last of its trace; and without which faults it is broken too. */
async function failed(run: Simulated): Promise<void> {
  say(`seed ${run.seed}: ${run.broken.slice(0, 5).join('; ')}   (npm run simulate -- --seed ${run.seed})`);
  const { without, last } = await shrunk(run);
  last.trace.slice(-30).forEach((line) => say(`    ${line}`));
  say(`    broken also without ${[...without].join(', ') || 'nothing'}: faults ${json(last.faults)}`);
}
