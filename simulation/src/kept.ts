import { idOf, runLoop, runSubscription, TransientError, type Log } from '@srm/messaging';
import type { Service } from '@srm/service';
import { count, type Counts } from './counts.ts';
import type { Drawn } from './draw.ts';
import { faultyBus, faultyDocuments, faultyDriver, wrongClock, type Weather } from './faults.ts';
import type { Maker, MakerParts } from './house.ts';
import { life, type Life } from './life.ts';
import { isUndoing, operationIds } from './operators.ts';
import type { Chance } from './random.ts';
import type { Stage } from './stage.ts';
import type { Target } from './target.ts';

export type Keeping = Readonly<{
  on: Stage;
  draw: Drawn;
  by: Chance;
  counts: Counts;
  log: Log;
  target: Target;
  weather: Weather;
  signal: AbortSignal;
}>;

/** Longer than a start right and a session last. */
const frozen = 45_000;

/** Keeps one instance of a service alive: dead, it is started again a little later. */
export async function kept(name: string, service: string, make: Maker, keeping: Keeping): Promise<void> {
  const { on, draw, by, counts, log, target, weather, signal } = keeping;
  const { clock, codec } = on;
  const silence = draw.silent?.service === service ? draw.silent.after : Infinity;
  const began = clock.now();
  for (let lives = 0; !signal.aborted; lives++) {
    const nap = (): Promise<void> => clock.sleep(by.is(0.3) ? by.below(5000) : frozen, signal);
    const own = life(Infinity, nap);
    const faulty = { life: own, rates: draw.rates, chance: by, counts, clock };
    let ids = 0;
    const driver = faultyDriver(target.driver, faulty);
    const parts: MakerParts = {
      bus: faultyBus(on.bus, faulty),
      documents: faultyDocuments(on.watched, faulty),
      codec,
      clock: wrongClock(clock, draw.skew, weather, by, counts),
      log,
      newId: () => idOf(name, lives, ++ids),
      drivers: new Map(['local', 'process', 'many', 'file'].map((one) => [one, driver])),
    };
    const over = new AbortController();
    if (silence !== Infinity && clock.now() < began + silence) {
      void clock.sleep(silence, over.signal).then(() => {
        if (over.signal.aborted || weather.calm) return;
        count(counts, `${service} silent`);
        own.kill();
      });
    }
    const stop = await lived(
      parts,
      () => make(parts),
      own,
      name,
      (error) => count(counts, `${service} could not begin: ${String(error)}`),
    );
    await Promise.race([own.death, aborted(signal)]);
    over.abort();
    if (!own.alive() && operationIds(draw).some((id) => isUndoing(on, id))) count(counts, 'death while something is undone');
    if (signal.aborted) own.kill();
    await stop();
    await clock.sleep(200 + by.below(3000), signal);
    while (weather.silent && !signal.aborted && clock.now() >= began + silence) await clock.sleep(1000, signal);
  }
}

async function lived(
  parts: MakerParts,
  make: () => Promise<Service>,
  own: Life,
  name: string,
  failed: (error: unknown) => void,
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
  void begin().catch((error: unknown) => {
    if (!(error instanceof TransientError)) failed(error);
    own.kill();
  });
  return async () => {
    stopping.abort();
    for (const reader of readers) await (await reader).stop();
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
