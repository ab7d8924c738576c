import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Load, Loaded } from './load.ts';
import type { Goal } from './goal.ts';
import { assertCalm, callersOf } from './callers.ts';
import { openHouse, realClock, type House } from './house.ts';
import { hearing } from './hearing.ts';
import { median, quantileRatio, ratio } from './statistics.ts';

const callers = 64;
/** Products, each with an environment: so many that no two releases of one are under way. */
const products = 512;
/** Milliseconds: of a round that looks for the most that can be done; at 80% of it; at twice of it. */
const [closed, calm, storm] = [5_000, 15_000, 60_000];
const rounds = 5;
/** What is begun at 80% and not done when it is over counts as well. */
const share = 0.8;
const factor = 2;
/** A slice of a long load: one sample of its goodput. */
const slice = 5_000;

const program = fileURLToPath(new URL('./load-child.js', import.meta.url));

type Loader = Readonly<{ run: (load: Load) => Promise<Loaded>; ended: (operation: string) => void; end: () => void }>;

/** Who asks, in a process of its own; it is told what has ended here. */
function loaderOf({ address }: House): Loader {
  const child = fork(program, [address], { execArgv: ['--no-warnings'] });
  return {
    run: async (load) => {
      child.send(load);
      const [done]: [Loaded] = (await once(child, 'message')) as [Loaded];
      if (done.failed.length > 0) throw new Error(`${done.failed.length} requests failed, the first: ${done.failed[0]}`);
      return done;
    },
    ended: (operation) => void (child.connected && child.send(operation)),
    end: () => child.disconnect(),
  };
}

/** Releases that ended a second, slice by slice, from one time to another. */
function goodput(ends: readonly number[], lasts: number): readonly number[] {
  return Array.from({ length: Math.floor(lasts / slice) }, (_, n) => {
    const own = ends.filter((end) => end >= n * slice && end < (n + 1) * slice);
    return (own.length / slice) * 1000;
  });
}

export const p24: Goal = {
  id: 'P24',
  title: `overload: twice the saturation of W1 by HTTP for ${storm / 1000} s`,
  measure: async (say) => {
    let loader: Loader | null = null;
    let written = 0;
    const around = hearing((records) => {
      for (const { key, headers } of records) {
        const type = headers.find(([name]) => name === 'ce_type')?.[1] ?? '';
        if (type === 'RequestOperation') written += 1;
        if (type === 'OperationSucceeded') loader?.ended(key.slice('operation/'.length));
      }
    });
    const house = await openHouse({ around: { bus: around } });
    try {
      await (await callersOf(house, products)).close();
      const load = (loader = loaderOf(house));
      const before = house.target.effects.length;
      await load.run({ kind: 'closed', callers, lasts: closed });
      const peaks: number[] = [];
      let accepted = 0;
      for (let round = 0; round < rounds; round += 1) {
        const { ends } = await load.run({ kind: 'closed', callers, lasts: closed });
        peaks.push((ends.length / Math.max(...ends)) * 1000);
      }
      const peak = median(peaks);
      say(`at most ${peak.toFixed(0)} releases a second`);
      await realClock.sleep(1_000);
      const most = await load.run({ kind: 'open', callers: products, perSecond: peak * share, lasts: calm });
      const [from, effects] = [written, house.target.effects.length];
      const over = await load.run({ kind: 'open', callers: products, perSecond: peak * factor, lasts: storm });
      accepted = over.latencies.length;
      if (written - from !== accepted) throw new Error(`${written - from} requests were written, ${accepted} were accepted`);
      if (house.target.effects.length - effects !== accepted * 4) throw new Error('not every job of what was accepted had its one effect');
      if (over.without > 0) throw new Error(`${over.without} refusals do not say when to come again`);
      const drained = Math.max(0, Math.max(...over.ends) - storm);
      assertCalm(house);
      say(
        `at ${(peak * factor).toFixed(0)} a second: ${accepted} accepted, ${over.refused} refused with 429 and Retry-After; all was done ${(drained / 1000).toFixed(1)} s after the end`,
      );
      say(
        `p99 of accepted ${quantileText(over.latencies)}, at 80% ${quantileText(most.latencies)} (${most.refused} refused); ${house.target.effects.length - before} jobs`,
      );
      const rates = goodput(over.ends, storm).slice(1);
      return [
        {
          id: 'P24 drain',
          estimate: drained / storm,
          target: { sign: '<=', value: 0.5 },
          about: 'from the end of the overload until all that was accepted is done, of how long it was',
          samples: {},
        },
        {
          id: 'P24 p99',
          estimate: quantileRatio(over.latencies, most.latencies, 0.99),
          target: { sign: '<=', value: 3 },
          about: 'from the request to the end of the release: of what was accepted, against 80% of the peak; open loop',
          samples: { overload: over.latencies, calm: most.latencies },
        },
        {
          id: 'P24',
          estimate: ratio(rates, peaks),
          target: { sign: '>=', value: 0.95 },
          about: `releases that succeed a second at twice the peak, in slices of ${slice / 1000} s, against the peak (${callers} callers in a closed loop by HTTP); as many requests were written as accepted`,
          samples: { rates, peaks },
        },
      ];
    } finally {
      loader?.end();
      await house.close();
    }
  },
};

const quantileText = (samples: readonly number[]): string =>
  [0.5, 0.99]
    .map((one) => `${[...samples].sort((a, b) => a - b)[Math.floor(one * (samples.length - 1))]?.toFixed(0) ?? '-'} ms`)
    .join(' / ');
