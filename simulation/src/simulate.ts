import { nothingDriver } from '@srm/bridge';
import { digestOf } from '@srm/definitions';
import { idOf, runLoop, runSubscription, type Log } from '@srm/messaging';
import { operationKey } from '@srm/schemas';
import type { Service } from '@srm/service';
import { drawn, type Drawn } from './draw.ts';
import { faultyBus, faultyDocuments, faultyDriver, type Counts } from './faults.ts';
import { makers, type Maker } from './house.ts';
import { brokenLaws } from './laws.ts';
import { life } from './life.ts';
import { silent } from './lives.ts';
import { chance, type Chance } from './random.ts';
import { requestOf, stage, type Stage } from './stage.ts';

export type Simulated = Readonly<{
  seed: number;
  broken: readonly string[];
  endings: readonly string[];
  faults: ReadonlyMap<string, number>;
  /** Of everything that lies on the events topic: the same seed gives the same. */
  digest: string;
  /** Milliseconds of simulated time. */
  lasted: number;
  /** A line an event. */
  trace: readonly string[];
}>;

/** Longer than any deadline, retry and undo together: what has not ended by then never will (I5). */
const longest = 6 * 60 * 60_000;
/** Longer than a start right and a session last. */
const frozen = 45_000;

/** One seed: its product, its operations, its faults, until every operation has ended and every view shows it. */
export async function simulated(seed: number, log: Log = silent): Promise<Simulated> {
  const by = chance(seed ^ 0x5eed);
  const draw = drawn(seed);
  const on = await stage(log);
  const began = on.clock.now();
  const counts: Counts = new Map();
  const over = new AbortController();
  const keeping = [...makers].flatMap(([name, make]) =>
    Array.from({ length: draw.instances }, (_, n) => kept(`${name}-${n}`, make, { on, draw, by, counts, log, signal: over.signal })),
  );
  await on.define(draw.yaml);
  const late = on.clock
    .sleep(longest, over.signal)
    .then(() => (over.signal.aborted ? [] : ['I5 not everything has ended after six hours']));
  const played = plays(on, draw, over.signal).then((): readonly string[] => []);
  const stuck = await Promise.race([played, late]);
  const lasted = on.clock.now() - began;
  over.abort();
  on.wake();
  await Promise.all(keeping);
  const same = stuck.length > 0 || (await on.sameViews());
  const broken = [
    ...stuck,
    ...(stuck.length > 0 ? [] : brokenLaws(on.record, on.target)),
    ...on.undelivered.map((one) => `dead letter: ${one}`),
    ...(same ? [] : ['I7 views folded anew are other bytes']),
  ];
  const ids = draw.operations.map((_, n) => `op-${n + 1}`);
  const result = {
    seed,
    broken,
    endings: ids.map((id) => on.ended(id) ?? 'none'),
    faults: counts,
    digest: digestOf(on.record.map(({ bytes }) => bytes)),
    lasted,
    trace: on.record.map(
      ({ event }) =>
        `${event.time} ${event.subject} ${event.sequence} ${event.type} ${'step' in event.data ? event.data.step : ''} ${'reason' in event.data ? event.data.reason : ''}`,
    ),
  };
  await on.close();
  return result;
}

async function plays(on: Stage, draw: Drawn, signal: AbortSignal): Promise<void> {
  const one = async (n: number): Promise<void> => {
    const { asked, cancelAfter } = draw.operations[n] ?? {};
    const id = `op-${n + 1}`;
    const subject = operationKey(id);
    await on.say({ subject, message: requestOf(id, asked ?? {}) });
    if (cancelAfter !== null && cancelAfter !== undefined)
      void on.clock.sleep(cancelAfter, signal).then(() => {
        const data = {
          operation: id,
          requestId: `cancel-${id}`,
          action: 'cancel',
          step: null,
          reason: null,
          at: null,
          actor: { name: 'li', authenticated: false },
        };
        return signal.aborted ? undefined : on.say({ subject, id: `cancel-${id}`, message: { type: 'ActOnOperation', data } });
      });
    await on.until(
      () => signal.aborted || (on.ended(id) !== undefined && (!on.happened(id, 'OperationWaiting') || on.happened(id, 'EnvironmentFreed'))),
    );
  };
  const all = draw.operations.map((_, n) => n);
  if (draw.atOnce) await Promise.all(all.map(one));
  else for (const n of all) await one(n);
  if (!signal.aborted) await on.viewsReach();
}

type Keeping = Readonly<{ on: Stage; draw: Drawn; by: Chance; counts: Counts; log: Log; signal: AbortSignal }>;

/** Keeps one instance of a service alive: dead, it is started again a little later. */
async function kept(name: string, make: Maker, { on, draw, by, counts, log, signal }: Keeping): Promise<void> {
  const { clock, codec } = on;
  for (let lives = 0; !signal.aborted; lives++) {
    const nap = (): Promise<void> => clock.sleep(frozen, signal);
    const own = life(Infinity, nap);
    const faulty = { life: own, rates: draw.rates, chance: by, counts };
    const bus = faultyBus(on.bus, faulty);
    const documents = faultyDocuments(on.documents, faulty);
    let ids = 0;
    const newId = (): string => idOf(name, lives, ++ids);
    const driver = faultyDriver(nothingDriver(on.target, draw.script), faulty);
    const parts = { bus, documents, codec, clock, log, newId, drivers: new Map(['local', 'process', 'file'].map((one) => [one, driver])) };
    const stop = await lived(parts, () => make(parts), own, name);
    await Promise.race([own.death, aborted(signal)]);
    if (signal.aborted) own.kill();
    await stop();
    await clock.sleep(200 + by.below(3000), signal);
  }
}

async function lived(
  parts: Parameters<Maker>[0],
  make: () => Promise<Service>,
  own: ReturnType<typeof life>,
  name: string,
): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const readers: Promise<Readonly<{ stop: () => Promise<void> }>>[] = [];
  const begin = async (): Promise<void> => {
    const service = await make();
    for (const subscription of service.consumes)
      readers.push(runSubscription({ ...parts, subscription, group: service.name, signal: stopping.signal }));
    await Promise.all(readers);
    for (const loop of service.loops) void runLoop({ ...parts, name, loop, signal: stopping.signal });
  };
  void begin().catch(() => own.kill());
  return async () => {
    stopping.abort();
    for (const reader of readers) await (await reader).stop();
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
