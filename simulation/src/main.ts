import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { drawn } from './draw.ts';
import { simulated, type Simulated } from './simulate.ts';
import { lastLine, tallied } from './tally.ts';
import { talliedBy, works } from './workers.ts';

/** `npm run simulate -- --seeds 1000 --from 1 --workers 2`, or `--seed N` for one with its trace. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    worker: { type: 'boolean', default: false },
  },
});
// The traces of errors that are expected cost more than all they stand for.
Error.stackTraceLimit = 0;
const say = (line: string): unknown => process.stdout.write(`${line}\n`);

if (values.worker) works();
else if (values.seed === undefined) await many(whole(values.from), whole(values.seeds), whole(values.workers));
else {
  const run = await simulated(whole(values.seed));
  run.trace.forEach(say);
  described(run);
  process.exitCode = run.broken.length === 0 ? 0 : 1;
}

function described({ seed, faults, lasted, digest, endings, broken }: Simulated): void {
  const { yaml: _yaml, behaviour: _behaviour, defined: _defined, ...draw } = drawn(seed);
  say(`drawn ${JSON.stringify(draw)}`);
  say(`faults ${JSON.stringify(Object.fromEntries([...faults].toSorted()))}; ${Math.round(lasted / 1000)} s; ${digest}`);
  say(`endings ${endings.join(', ')}`);
  broken.forEach((law) => say(`BROKEN ${law}`));
}

async function many(from: number, seeds: number, workers: number): Promise<void> {
  const began = performance.now();
  const tally =
    workers === 1 ? await tallied(from, seeds, say) : await talliedBy(fileURLToPath(import.meta.url), workers, { from, seeds }, say);
  say(lastLine(tally, from, performance.now() - began));
  process.exitCode = tally.broken === 0 && tally.seeds === seeds ? 0 : 1;
}

function whole(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${text} is no whole number above 0`);
}
