import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nothingTarget } from '@srm/bridge';
import { operationKey } from '@srm/schemas';
import { house, inhabited, requestOf, silent, simulated, stage } from '@srm/simulation';
import { phases, w1 } from './callers.ts';
import type { Figure, Goal } from './goal.ts';
import { outputsOf } from './house.ts';
import { worked } from './machine.ts';
import { definitions } from './products.ts';
import { bootstrap, mean, median } from './statistics.ts';

const rounds = 5;
const releases = 100;
/** Products that are released at the same time. */
const atOnce = 20;
const seeds = 20;
/** Milliseconds that each seed leaps over, for the timers' sake: nobody lives through them. */
const leapt = 2 * 24 * 60 * 60 * 1000;

const nameOf = (n: number): string => `c${n}`;
const product = (n: number): string =>
  definitions(nameOf(n), w1, phases, nameOf(n)).replaceAll('"metadata":{', '"metadata":{"tenant":"acme",');

/** W1 releases that the simulator plays in a second of one processor, without faults. */
async function rate(): Promise<number> {
  const on = await stage(silent);
  const target = nothingTarget();
  let ids = 0;
  const parts = { ...on, log: silent, newId: () => `holder-${++ids}`, target };
  const script = ({ action }: Readonly<{ action: string }>) => ({ does: 'succeed', outputs: outputsOf(action) }) as const;
  const services = await house({ ...parts, script, around: (driver) => driver });
  const running = await inhabited(services, parts);
  await on.define(Array.from({ length: atOnce }, (_, n) => product(n)).join('\n---\n'));
  const start = worked();
  const caller = async (n: number): Promise<void> => {
    for (let time = 0; time < releases / atOnce; time += 1) {
      const operation = `op-${n}-${time}`;
      const message = requestOf(operation, { product: nameOf(n), environment: nameOf(n), force: true });
      await on.say({ subject: operationKey(operation), message });
      await on.until(() => on.ended(operation) !== undefined);
      if (on.ended(operation) !== 'OperationSucceeded') throw new Error(`${operation} ended as ${on.ended(operation)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, n) => caller(n)));
  const seconds = (worked() - start) / 1000;
  await running.stop();
  await on.close();
  if (target.effects.length !== releases * 4 || on.dead().length > 0)
    throw new Error(`${target.effects.length} effects of ${releases} releases`);
  return releases / seconds;
}

type Speed = Readonly<{ lived: number; leaping: number }>;

/** How much faster than time each of some seeds is played, with its faults and the laws that judge it: by the time that its services lived through, and with the days that it leaps over. */
async function speeds(): Promise<readonly Speed[]> {
  const found: Speed[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const start = worked();
    const { lasted, broken } = await simulated(seed);
    if (broken.length > 0) throw new Error(`seed ${seed}: ${broken[0]}`);
    const took = worked() - start;
    found.push({ lived: (lasted - leapt) / took, leaping: lasted / took });
  }
  return found;
}

/** Minutes that the tests of a change take. */
async function gate(): Promise<number> {
  const start = performance.now();
  const child = spawn('npm', ['test'], { cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`npm test ended with ${code}`);
  return (performance.now() - start) / 60_000;
}

export const p29: Goal = {
  id: 'P29',
  title: 'the simulator: W1 releases a second of one processor, how much faster than time, the gate of a change',
  measure: async (say, { full }) => {
    // The traces of errors that are expected cost more than all they stand for.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const figures: Figure[] = [];
    if (full)
      figures.push({
        id: 'P29 gate',
        estimate: await gate(),
        target: { sign: '<=', value: 10 },
        about: 'minutes of npm test',
        samples: {},
      });
    else say('the gate of a change: not measured without --full, which runs npm test');
    const faster = await speeds();
    const lived = faster.map((one) => one.lived);
    say(`with the two days that each seed leaps over: ${mean(faster.map(({ leaping }) => leaping)).toFixed(0)} times faster than time`);
    const speed = { value: mean(lived), interval: bootstrap((draw) => mean(draw(lived))) };
    const about = `time that services lived through, by processor time, ${seeds} seeds with faults and laws; what is leapt over is not counted`;
    figures.push({ id: 'P29 speed', estimate: speed, target: { sign: '>=', value: 100_000 }, about, samples: { lived } });
    const rates: number[] = [];
    await rate();
    for (let round = 0; round < rounds; round += 1) rates.push(await rate());
    Error.stackTraceLimit = stackTraceLimit;
    const estimate = { value: median(rates), interval: bootstrap((draw) => median(draw(rates))) };
    return [
      ...figures,
      { id: 'P29', estimate, target: { sign: '>=', value: 2000 }, about: 'W1 releases a second of processor time', samples: { rates } },
    ];
  },
};
