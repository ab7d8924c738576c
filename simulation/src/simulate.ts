import { digestOf } from '@srm/definitions';
import type { BusRecord, Log } from '@srm/messaging';
import type { Counts } from './counts.ts';
import { drawn, type Drawn, type Without } from './draw.ts';
import { makers } from './house.ts';
import { intrude } from './intruders.ts';
import { kept } from './kept.ts';
import { bounded } from './laws/bounded.ts';
import { brokenLaws, evidenceOf } from './laws/index.ts';
import { nothingLost } from './laws/nothing-lost.ts';
import { isDecided, stored } from './laws/stored.ts';
import { views } from './laws/views.ts';
import { silent } from './lives.ts';
import { decided, isHeld, isOver, operationIds, played, type Playing } from './operators.ts';
import { chance } from './random.ts';
import { stage } from './stage.ts';
import { target, type Target } from './target.ts';

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

const minute = 60_000;
const day = 24 * 60 * minute;
/** I5: when faults stop and bridges answer, every operation that is not held by somebody's will ends within ten virtual minutes. */
const longest = 10 * minute;
const rounds = 6;

type World = Playing & Readonly<{ target: Target; weather: { calm: boolean }; calmed: AbortController; ended: AbortController }>;

/** One seed: its products, its operations, its faults, until every operation has ended, every view shows it, and a day has passed. */
export async function simulated(
  seed: number,
  { log = silent, without = new Set() }: { log?: Log; without?: Without } = {},
): Promise<Simulated> {
  const by = chance(seed ^ 0x5eed);
  const draw = drawn(seed, without);
  const on = await stage(log);
  const began = on.clock.now();
  const counts: Counts = new Map();
  const [calmed, ended] = [new AbortController(), new AbortController()];
  const outside = target(on.clock, draw.behaviour, counts);
  const weather = { calm: false };
  const world: World = {
    ...{ on, draw, by, counts, target: outside, weather, calmed, ended, acknowledged: [], poison: [] },
    calm: calmed.signal,
    over: ended.signal,
  };
  const keeping = { on, draw, by, counts, log, target: outside, weather, signal: ended.signal };
  const services = [...makers].flatMap(([name, make]) =>
    Array.from({ length: draw.instances }, (_, n) => kept(`${name}-${n}`, name, make, keeping)),
  );
  const late = await lasts(world);
  const lasted = on.clock.now() - began;
  ended.abort();
  on.wake();
  await Promise.all(services);
  const broken = [...late, ...(await judged(world, late.length > 0))];
  const result = {
    seed,
    draw,
    broken,
    endings: operationIds(draw).map((id) => on.ended(id) ?? 'none'),
    faults: counts,
    digest: digestOf(on.record.map(({ bytes }) => bytes)),
    lasted,
    events: on.record.length,
    trace: on.record.map(
      ({ event }) =>
        `${event.time} ${event.subject} ${event.sequence} ${event.type} ${'step' in event.data ? event.data.step : ''} ${'reason' in event.data ? event.data.reason : ''}`,
    ),
  };
  await on.close();
  return result;
}

/** The storm, the calm after it, the next day. What did not end in time. */
async function lasts(world: World): Promise<readonly string[]> {
  const { on, draw, calmed } = world;
  const { clock } = on;
  void unsteady(world);
  const playing = on.define(draw.yaml).then(() => {
    void intrude(world);
    return played(world);
  });
  const ids = operationIds(draw);
  const all = (): boolean => ids.every((id) => isOver(on, id));
  const storm = new AbortController();
  await Promise.race([clock.sleep(draw.storm, storm.signal), on.until(() => all() || storm.signal.aborted)]);
  storm.abort();
  world.weather.calm = true;
  for (const fault of Object.keys(draw.rates)) Object.assign(draw.rates, { [fault]: 0 });
  world.target.heal();
  calmed.abort();
  on.wake();
  await playing;
  const late = await calm(world, all);
  if (late.length > 0) return late;
  if (!(await on.viewsReach())) return ['I7 the views never show the last events'];
  await nextDay(world);
  return (await on.viewsReach()) ? [] : ['I7 the views never show what a day later came of it'];
}

/** Until all has ended; who is held is decided about, in ten minutes each time. */
async function calm(world: World, all: () => boolean): Promise<readonly string[]> {
  const { on, draw } = world;
  const ids = operationIds(draw);
  for (let round = 1; ; round++) {
    const over = new AbortController();
    const moved = (): boolean => all() || ids.every((id) => isOver(on, id) || isHeld(on, id));
    await Promise.race([on.clock.sleep(longest + 2 * draw.skew, over.signal), on.until(() => over.signal.aborted || moved())]);
    over.abort();
    on.wake();
    if (all()) return [];
    const held = ids.filter((id) => isHeld(on, id));
    if (held.length === 0 || round > rounds)
      return ids.filter((id) => !isOver(on, id)).map((id) => `I5 ${id} has not ended ten minutes after the faults stopped`);
    for (const id of held) await decided(world, id, round);
    await heard(world);
  }
}

/** Until what was decided stands in the record: it may lie behind something late. */
async function heard({ on, acknowledged }: World): Promise<void> {
  const over = new AbortController();
  const all = (): boolean =>
    acknowledged.every(
      ({ operation, requestId }) =>
        requestId === null || on.told(operation).some(({ data }) => 'requestId' in data && data.requestId === requestId),
    );
  await Promise.race([on.clock.sleep(longest, over.signal), on.until(() => over.signal.aborted || all())]);
  over.abort();
  on.wake();
}

/** Two days pass, and all timers; then perhaps all that was ever said is said again, and nothing may come of it. */
async function nextDay({ on, draw, counts, poison }: World): Promise<void> {
  // What came late was set late: its timers have a day of their own.
  for (const sunrise of [day, day]) {
    on.clock.leap(sunrise);
    await on.clock.sleep(2 * minute);
  }
  if (!draw.nextDay) return;
  const old = [...on.topicLog.streams.values()].flatMap((streams) => streams.flatMap(({ records }) => records.slice(0, 100)));
  const thrown = new Set(poison.map(({ value }) => value));
  const again = old.filter(({ topic, value }) => !topic.endsWith('.dlq') && !thrown.has(value));
  counts.set('a day late', again.length);
  await on.bus.publish(again.map(({ topic, key, headers, value }) => ({ topic, key, headers, value })));
  await on.clock.sleep(2 * minute);
}

async function unsteady({ on, draw, counts, calm }: World): Promise<void> {
  while (draw.rebalance !== null && !calm.aborted) {
    await on.clock.sleep(draw.rebalance, calm);
    if (calm.aborted) return;
    counts.set('rebalance', (counts.get('rebalance') ?? 0) + 1);
    on.bus.rebalance();
  }
}

async function judged({ on, target: outside, acknowledged, poison }: World, unfinished: boolean): Promise<readonly string[]> {
  const evidence = evidenceOf(on.record, outside.effects, outside.endOf);
  const lost = nothingLost(evidence, acknowledged);
  const thrown = new Set(poison.map(({ value }) => value));
  const said = [...on.topicLog.streams].flatMap(([topic, streams]): readonly BusRecord[] =>
    isDecided(topic) && !topic.endsWith('.dlq') ? streams.flatMap(({ records }) => records.filter(({ value }) => !thrown.has(value))) : [],
  );
  const endless = on.bus.endless() ? ['I11 records answered each other in one instant without end'] : [];
  const always = [...endless, ...lost, ...(await stored(on.documents, said))];
  if (unfinished) return always;
  return [
    ...always,
    ...brokenLaws(evidence),
    ...(await bounded(on.documents, on.dead(), poison)),
    ...(await views(on.documents, evidence)),
    ...((await on.sameViews()) ? [] : ['I7 views folded anew are other bytes']),
  ];
}
