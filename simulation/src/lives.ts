import { nothingTarget, type Job, type NothingTarget, type Script } from '@srm/bridge';
import { idOf, type Log } from '@srm/messaging';
import { operationKey, type RequestOperation } from '@srm/schemas';
import { house, inhabited } from './house.ts';
import type { Occurrence } from './laws/index.ts';
import { life, mortalBus, mortalDocuments, mortalPort } from './life.ts';
import { shop } from './shop.ts';
import { requestOf, stage } from './stage.ts';

export type Lived = Readonly<{
  record: readonly Occurrence[];
  target: NothingTarget;
  breaths: number;
  lives: number;
  ending: string;
  undelivered: readonly string[];
  sameViews: boolean;
}>;

export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Runs operations one after the other to their ends, through as many lives as it takes: each process dies at the breath given for it, the last one lives. */
export async function lived(
  operations: readonly Partial<RequestOperation['data']>[],
  script: (job: Job) => Script,
  deaths: readonly number[],
  log: Log = silent,
): Promise<Lived> {
  const on = await stage(log);
  const { clock, bus, documents, codec, record, until } = on;
  const target = nothingTarget();
  let lives = 0;
  let ids = 0;
  let breaths = 0;
  let over = false;
  let lastStop: () => Promise<void> = async () => {};
  const living = (async () => {
    for (const diesAt of [...deaths, Infinity]) {
      if (over) return;
      lives += 1;
      const own = life(diesAt);
      const mortal = { bus: mortalBus(bus, own), documents: mortalDocuments(documents, own), codec, clock, log, target, script };
      const began = (async () => {
        const services = await house({
          ...mortal,
          newId: () => idOf('holder', ++ids),
          around: (driver) => mortalPort(driver, own),
        });
        return inhabited(services, mortal);
      })();
      if (diesAt === Infinity) lastStop = (await began).stop;
      await Promise.race([own.death, ...(diesAt === Infinity ? [Promise.resolve()] : [])]);
      breaths = Math.max(breaths, own.breaths());
      if (diesAt === Infinity) {
        await until(() => over);
        breaths = own.breaths();
        return;
      }
      void began.then((home) => home.stop());
    }
  })();

  await on.define(shop);
  let ending = '';
  for (const [n, asked] of operations.entries()) {
    const id = `op-${n + 1}`;
    await on.say({ subject: operationKey(id), message: requestOf(id, asked) });
    await until(() => on.ended(id) !== undefined && (!on.happened(id, 'OperationWaiting') || on.happened(id, 'EnvironmentFreed')));
    ending = on.ended(id) ?? '';
  }
  await on.viewsReach();
  over = true;
  on.wake();
  await living;
  await lastStop();
  const sameViews = await on.sameViews();
  await on.close();
  return { record, target, breaths, lives, ending, undelivered: on.dead().map(({ topic }) => topic), sameViews };
}
