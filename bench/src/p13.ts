import type { BusRecord } from '@srm/messaging';
import { topics } from '@srm/schemas';
import { assertCalm, callersOf, phases } from './callers.ts';
import type { Goal } from './goal.ts';
import { hearing } from './hearing.ts';
import { openHouse, realClock, type House } from './house.ts';
import { layered, type Shape } from './products.ts';
import { plannedOf, pureOperation, requestOf, succeeded, type Command, type Planned } from './pure.ts';
import { randomFrom } from './random.ts';
import { bootstrap, mean } from './statistics.ts';

const rounds = 5;
/** Operations that come to those under way before memory is looked at again. */
const some = 10;
/** Milliseconds in which nothing is said any more. */
const quiet = 1000;

/** W50: 50 components in ten layers. */
const w50: Shape = layered(50, 10, randomFrom(50));
/** The deployments of the fifth layer, which are never answered: half of the operation is done. */
const isSilent = (key: string): boolean => /\/c2[0-4]\/deploy$/.test(key);

/** How the operation stands when all is done that can be, as text. */
function stateOf(planned: Planned): Readonly<{ text: string; done: number }> {
  const operation = pureOperation('bench', planned);
  const waiting: Command[] = [...operation.give([requestOf('bench', 'bench')])];
  let done = 0;
  for (let at = 0; at < waiting.length; at += 1) {
    const job = waiting[at];
    if (job === undefined || isSilent(`/${job.data.step}`)) continue;
    waiting.push(...operation.give([succeeded(job)]));
    done += 1;
  }
  const plain = (_: string, value: unknown): unknown => (value instanceof Map || value instanceof Set ? [...value] : value);
  return { text: JSON.stringify(operation.state(), plain), done };
}

/** Bytes of the heap that are still of use. */
function inUse(): number {
  if (globalThis.gc === undefined) throw new Error('node has to be started with --expose-gc, as npm run bench does');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

export const p13: Goal = {
  id: 'P13',
  title: 'memory of one W50 that is half done, against its state as JSON',
  measure: async (say) => {
    const { text, done } = stateOf(plannedOf('bench', w50, phases));
    let heard = 0;
    const silencing = hearing((records) => void (heard += records.length));
    const spoken = ({ topic, key }: BusRecord): boolean => topic !== topics.sem.name || !isSilent(key);
    const house = await openHouse({
      around: { bus: (bus) => silencing({ ...bus, publish: (records) => bus.publish(records.filter(spoken)) }) },
    });
    try {
      const callers = await callersOf(house, (rounds + 1) * some, w50);
      const heaps: number[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        for (let n = 0; n < some; n += 1) await callers.ask(round * some + n);
        await settled(house, some * done, () => heard);
        heaps.push(inUse());
      }
      await callers.close();
      assertCalm(house);
      const grown = heaps.slice(1).map((heap, n) => (heap - (heaps[n] ?? 0)) / some);
      say(`${(mean(grown) / 1000).toFixed(0)} kB of heap each; its state is ${(text.length / 1000).toFixed(0)} kB of JSON; ${done} of ${w50.length * 4} steps are done`); // prettier-ignore
      say('against Restate: not measured, it is not among the parts of this repository');
      return [
        {
          id: 'P13',
          estimate: { value: mean(grown) / text.length, interval: bootstrap((draw) => mean(draw(grown)) / text.length) },
          target: { sign: '<=', value: 2 },
          about: `heap of all services, ${some} operations more each time, up to ${(rounds + 1) * some} under way`,
          samples: { grown },
        },
      ];
    } finally {
      await house.close();
    }
  },
};

/** Until so many jobs are done and nothing more is said; what the target remembers is not ours. */
async function settled({ target, troubles }: House, jobs: number, heard: () => number): Promise<void> {
  for (let before = -1; target.effects.length < jobs || heard() !== before;) {
    if (troubles.length > 0) throw new Error(troubles[0]);
    before = heard();
    await realClock.sleep(quiet);
  }
  if (target.effects.length !== jobs) throw new Error(`${target.effects.length} jobs are done, not ${jobs}`);
  target.effects.length = 0;
  [target.jobs, target.deployed, target.replicas, target.fences].forEach((known) => known.clear());
}
