import { digestOf } from '@srm/definitions';
import type { Log } from '@srm/messaging';
import type { Counts } from './counts.ts';
import { lasts, rested, type World } from './days.ts';
import { drawn, type Drawn, type Without } from './draw.ts';
import { makers } from './house.ts';
import { judged } from './judged.ts';
import { kept } from './kept.ts';
import { silent } from './lives.ts';
import { operationIds } from './operators.ts';
import { chance } from './random.ts';
import { stage, type Stage } from './stage.ts';
import { target } from './target.ts';

export type Simulated = Readonly<{
  seed: number;
  draw: Drawn;
  broken: readonly string[];
  endings: readonly string[];
  faults: ReadonlyMap<string, number>;
  /** Of everything that lies on the events topic: the same seed gives the same. */
  digest: string;
  /** Milliseconds of simulated time. */
  lasted: number;
  events: number;
  /** A line an event. */
  trace: readonly string[];
}>;

/** How long nobody wants anything, at the end, in milliseconds. */
const quiet = 10 * 60_000;

/** One seed: its products, its operations, its faults, until every operation has ended, every view shows it, and days have passed. */
export async function simulated(
  seed: number,
  { log = silent, without = new Set() }: { log?: Log; without?: Without } = {},
): Promise<Simulated> {
  const by = chance(seed ^ 0x5eed);
  const draw = drawn(seed, without);
  const counts: Counts = new Map();
  const on = await stage(log, () => outside.effects.length);
  const began = on.clock.now();
  const [calmed, ended] = [new AbortController(), new AbortController()];
  const outside = target(on.clock, draw.behaviour, counts);
  const weather = { calm: false, silent: draw.silent !== null };
  const world: World = {
    ...{ on, draw, by, counts, target: outside, weather, calmed, acknowledged: [], poison: [] },
    calm: calmed.signal,
    over: ended.signal,
  };
  const keeping = { on, draw, by, counts, log, target: outside, weather, signal: ended.signal };
  const services = [...makers].flatMap(([name, make]) =>
    Array.from({ length: draw.instances }, (_, n) => kept(`${name}-${n}`, name, make, keeping)),
  );
  const late = await lasts(world);
  const rest = late.length > 0 ? null : { cost: await rested(world, quiet), lasted: quiet };
  const lasted = on.clock.now() - began;
  ended.abort();
  on.wake();
  await Promise.all(services);
  const broken = [...late, ...(await judged(world, rest))];
  const result = {
    seed,
    draw,
    broken,
    faults: counts,
    lasted,
    ...shown(on),
    endings: operationIds(draw).map((id) => on.ended(id) ?? 'none'),
  };
  await on.close();
  return result;
}

const shown = ({ record }: Stage): Pick<Simulated, 'digest' | 'events' | 'trace'> => ({
  digest: digestOf(record.map(({ bytes }) => bytes)),
  events: record.length,
  trace: record.map(
    ({ event }) =>
      `${event.time} ${event.subject} ${event.sequence} ${event.type} ${'step' in event.data ? event.data.step : ''} ${'reason' in event.data ? event.data.reason : ''}`,
  ),
});
