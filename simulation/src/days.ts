import { asked } from './asking.ts';
import { count } from './counts.ts';
import { intrude } from './intruders.ts';
import { frozen } from './freezing.ts';
import { evidenceOf } from './laws/index.ts';
import type { Cost } from './laws/rest.ts';
import { silence } from './laws/silence.ts';
import { decided, isHeld, isOver, operationIds, played, type Playing } from './operators.ts';
import { longest } from './patience.ts';
import type { Target } from './target.ts';

export type World = Playing & Readonly<{ target: Target; weather: { calm: boolean; silent: boolean }; calmed: AbortController }>;

const minute = 60_000;
const day = 24 * 60 * minute;
/** So often somebody decides about one operation that is held again and again. */
const mostDecisions = 12;

/** The storm, the calm after it, the next day. What did not end in time. */
export async function lasts(world: World): Promise<readonly string[]> {
  const { on, draw, calmed } = world;
  void unsteady(world);
  const playing = on.define(draw.yaml).then(() => {
    void intrude(world);
    return Promise.all([played(world), frozen(world)]);
  });
  const ids = operationIds(draw);
  const all = (): boolean => ids.every((id) => isOver(on, id));
  await on.within(draw.storm, all);
  world.weather.calm = true;
  for (const fault of Object.keys(draw.rates)) Object.assign(draw.rates, { [fault]: 0 });
  world.target.heal();
  calmed.abort();
  on.wake();
  const unsaid = await stillSilent(world);
  world.weather.silent = false;
  await playing;
  const late = [...unsaid, ...(await calm(world, all))];
  if (late.length > 0) return late;
  if (!(await on.viewsReach())) return ['I7 the views never show the last events'];
  await nextDay(world);
  return (await on.viewsReach()) ? [] : ['I7 the views never show what a day later came of it'];
}

/** All faults are over but that a bridge is silent; long enough for everybody to know it, whatever his clock was. */
async function stillSilent({ on, draw, counts, target }: World): Promise<readonly string[]> {
  const [bridge = '', sort] = (draw.silent?.service ?? '').split('-');
  if (sort !== 'bridge' || !counts.has(`${bridge}-bridge silent`)) return [];
  await on.clock.sleep(3 * minute + 2 * draw.skew);
  await on.viewsReach();
  const { operations } = evidenceOf(on.record, target.effects);
  count(counts, 'silence looked at');
  return silence(
    operations,
    bridge,
    await asked(
      on,
      operations.map(({ id }) => id),
    ),
  );
}

/** Until all has ended; who is held is decided about, in ten minutes each time. */
async function calm(world: World, all: () => boolean): Promise<readonly string[]> {
  const { on, draw } = world;
  const ids = operationIds(draw);
  const decisions = new Map<string, number>();
  for (;;) {
    await on.within(longest + 2 * draw.skew, () => ids.every((id) => isOver(on, id) || isHeld(on, id)));
    if (all()) return [];
    const held = ids.filter((id) => isHeld(on, id));
    if (held.length === 0 || held.some((id) => decisions.get(id) === mostDecisions))
      return ids.filter((id) => !isOver(on, id)).map((id) => `I5 ${id} has not ended ten minutes after the faults stopped`);
    for (const id of held) {
      const round = (decisions.get(id) ?? 0) + 1;
      decisions.set(id, round);
      await decided(world, id, round);
    }
    await heard(world);
  }
}

/** Until what was decided stands in the record: it may lie behind something late. */
const heard = ({ on, acknowledged }: World): Promise<void> =>
  on.within(longest, () => acknowledged.every(({ key, requestId }) => requestId === null || on.answered(key, requestId)));

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

/** What it costs when nobody wants anything. */
export async function rested({ on }: World, milliseconds: number): Promise<Cost> {
  const before = on.cost();
  await on.clock.sleep(milliseconds);
  const after = on.cost();
  return {
    reads: after.reads - before.reads,
    writes: after.writes - before.writes,
    said: after.said - before.said,
    woken: after.woken - before.woken,
  };
}

async function unsteady({ on, draw, counts, calm }: World): Promise<void> {
  while (draw.rebalance !== null && !calm.aborted) {
    await on.clock.sleep(draw.rebalance, calm);
    if (calm.aborted) return;
    counts.set('rebalance', (counts.get('rebalance') ?? 0) + 1);
    on.bus.rebalance();
  }
}
