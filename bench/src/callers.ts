import { randomUUID } from 'node:crypto';
import { headerOf, idOf, isTransient, say, type Reader } from '@srm/messaging';
import { operationKey, topics } from '@srm/schemas';
import type { House } from './house.ts';
import { openLoop } from './open-loop.ts';
import { definitions, type Shape } from './products.ts';
import { requestOf } from './pure.ts';
import { said } from './said.ts';

/** What was done in one go, and how long it took. */
export type Round = Readonly<{ steps: number; milliseconds: number; /** Milliseconds of each release. */ releases: readonly number[] }>;

/** Each caller has a product and an environment of its own, and releases the whole product again as soon as it is released. */
export type Callers = Readonly<{
  /** So many releases one after the other, by each of the first `count` callers. Throws where one did not succeed, or a job did not have its one effect. */
  release: (count: number, times: number) => Promise<Round>;
  /** So many releases a second for so long (milliseconds), by the first `count` callers in turns, however long those before take; asserts the same. */
  open: (count: number, perSecond: number, milliseconds: number) => Promise<Round>;
  /** Says a request for a release, without waiting for anything; gives its id. */
  ask: (caller: number, more?: Readonly<Record<string, unknown>>) => Promise<string>;
  /** How the operation ended, once it has. */
  ended: (operation: string) => Promise<string>;
  close: () => Promise<void>;
}>;

/** W1: one component, three phases; with the configuration that each deployment reads, four steps. */
export const w1: Shape = [[]];
export const phases = { publishes: false };
const stepsEach = 4;

const endings = /^Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled|Refused|Planned)$/;

/** Puts the products and environments of callers in force. @param names tells callers of several shapes in one house apart */
async function define({ client }: House, most: number, shape: Shape, names: string): Promise<void> {
  const texts = Array.from({ length: most }, (_, n) => definitions(`${names}${n}`, shape, phases, `${names}${n}`));
  await client.define(texts.join('\n---\n'), '/');
}

export async function callersOf(house: House, most: number, shape: Shape = w1, names = 'c'): Promise<Callers> {
  await define(house, most, shape, names);
  return callersIn(house, shape, names);
}

/** In a house where they were defined before. */
export async function callersIn(house: House, shape: Shape = w1, names = 'c'): Promise<Callers> {
  const { bus, codec, target } = house;
  const waiting = new Map<string, (ending: string) => void>();
  const endedAs = new Map<string, string>();
  const reader = await endingsOf(house, (operation, ending) => {
    const tell = waiting.get(operation);
    if (tell === undefined) endedAs.set(operation, ending);
    else tell(ending);
    waiting.delete(operation);
  });
  const ask: Callers['ask'] = async (caller, more = {}) => {
    const operation = randomUUID();
    const message = requestOf(operation, `${names}${caller}`, { environment: `${names}${caller}`, force: true, ...more });
    const place = { id: idOf('request', operation), subject: operationKey(operation), correlation: operation };
    const envelope = said(message, { ...place, time: new Date().toISOString() });
    await saidForSure(() => say({ bus, codec }, [{ topic: 'inputs', message: envelope }]));
    return operation;
  };
  const ended: Callers['ended'] = (operation) => {
    const known = endedAs.get(operation);
    endedAs.delete(operation);
    return known === undefined ? new Promise((resolve) => waiting.set(operation, resolve)) : Promise.resolve(known);
  };
  const one = async (caller: number): Promise<number> => {
    const start = performance.now();
    const ending = await ended(await ask(caller));
    if (ending !== 'OperationSucceeded') throw new Error(`a release ended as ${ending}: ${house.troubles[0] ?? 'no trouble was told'}`);
    return performance.now() - start;
  };
  const counted = async (work: () => Promise<readonly number[]>): Promise<Round> => {
    const from = target.effects.length;
    const start = performance.now();
    const releases = await work();
    const milliseconds = performance.now() - start;
    const steps = releases.length * shape.length * stepsEach;
    const effects = target.effects.slice(from);
    const jobs = new Set(effects.map(({ job }) => job)).size;
    if (effects.length !== steps || jobs !== steps) throw new Error(`${effects.length} effects of ${jobs} jobs, in the place of ${steps}`);
    return { steps, milliseconds, releases };
  };
  const release: Callers['release'] = (callers, times) =>
    counted(async () => {
      const own = async (caller: number): Promise<readonly number[]> => {
        const some: number[] = [];
        while (some.length < times) some.push(await one(caller));
        return some;
      };
      return (await Promise.all(Array.from({ length: callers }, (_, caller) => own(caller)))).flat();
    });
  const open: Callers['open'] = (callers, perSecond, milliseconds) =>
    counted(async () => {
      const releases: number[] = [];
      await openLoop(perSecond, milliseconds, async (n) => void releases.push(await one(n % callers)));
      return releases;
    });
  return { release, open, ask, ended, close: () => reader.stop() };
}

/** As anybody asks: what was not acknowledged is asked again, and is the same. */
async function saidForSure(once: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await once();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }
}

/** Tells the first ending of each operation; what was said again is told again. */
const endingsOf = ({ bus }: House, told: (operation: string, ending: string) => void): Promise<Reader> =>
  bus.subscribe({
    topic: topics.events.name,
    group: 'bench',
    read: 'whole',
    onBatch: async ({ records, resolve }) => {
      for (const record of records) {
        const type = headerOf(record, 'ce_type') ?? '';
        if (endings.test(type)) told(record.key.slice('operation/'.length), type);
        await resolve(record.position);
      }
    },
  });

/** Throws where a house warned of anything. */
export function assertCalm({ troubles }: House): void {
  if (troubles.length > 0) throw new Error(`${troubles.length} warnings, the first: ${troubles[0]}`);
}

export const perSecond = ({ steps, milliseconds }: Round): number => (steps / milliseconds) * 1000;
