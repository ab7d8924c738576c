import type { Documents } from '@srm/documents';
import type { Clock, Loop } from '@srm/messaging';
import { oldSince, retention, sweepOf, swept, sweptFrom, type Sweep, type SweptItem } from '@srm/service';
import type { Bell } from './bell.ts';
import type { Stores } from './stores.ts';

/** Rung here when a sweep was asked for. */
export const sweepBell = 'sweeps';
/** Milliseconds; whoever was asked rings here, so this is only for what somebody else was asked who died. */
const betweenLooks = 60 * 60_000;
const atOnce = 200;

type Parts = Readonly<{ stores: Stores; documents: Documents; clock: Clock; bell: Bell; ready: () => Promise<void> }>;

/** Looks for a sweep that is under way, does the part of it that is the query side's, and answers. */
export const sweeping = ({ stores, documents, clock, bell, ready }: Parts): Loop =>
  async function* (signal) {
    await ready();
    const ear = bell.listen(sweepBell);
    try {
      while (!signal.aborted) {
        for (const record of await stores.sweeps.find({ endedAt: null }).toArray()) {
          if (record.mark === null || (await stores.swept.findOne({ _id: `${record._id}/query-api` })) !== null) continue;
          const sweep = await sweepOf(documents, { ...record, sweep: record._id, mark: record.mark });
          yield [await swept(documents, sweep, 'query-api', await sweptViews(stores, sweep), clock.now())];
        }
        await ear.next(betweenLooks, signal);
      }
    } finally {
      ear.close();
    }
  };

/** Logs and steps of operations that have ended, notes of replays. Operations and events stay: what was, and how it ended, is known for ever. */
export async function sweptViews(stores: Stores, sweep: Sweep): Promise<readonly SweptItem[]> {
  const letters = oldSince(sweep.at, retention.letter);
  return [
    ...(await sweptOf(stores, sweep, 'log', oldSince(sweep.at, retention.log))),
    ...(await sweptOf(stores, sweep, 'step', oldSince(sweep.at, retention.step))),
    ...(await sweptFrom(stores.replayed, { at: { $lt: letters } }, sweep, {
      what: 'letter',
      name: 'query-api',
      why: { sort: 'old', of: letters },
    })),
  ];
}

/** Of the operations that ended before, some at a time. */
async function sweptOf(
  { operations, logs, steps }: Stores,
  sweep: Sweep,
  what: 'log' | 'step',
  since: string,
): Promise<readonly SweptItem[]> {
  let count = 0;
  for (let past = ''; ;) {
    const ended = { _id: { $gt: past }, endedAt: { $gt: '', $lt: since } };
    const some = await operations.find(ended, { sort: { _id: 1 }, limit: atOnce, projection: { _id: 1 } }).toArray();
    const filter = { operation: { $in: some.map(({ _id }) => _id) } };
    const why = { sort: 'old', of: since } as const;
    const item = { what, name: 'query-api', why };
    const found =
      some.length === 0 ? [] : await (what === 'log' ? sweptFrom(logs, filter, sweep, item) : sweptFrom(steps, filter, sweep, item));
    count += found[0]?.count ?? 0;
    past = some.at(-1)?._id ?? past;
    if (some.length < atOnce) return count === 0 ? [] : [{ ...item, count, bytes: null, fate: 'deleted' }];
  }
}
