import type { Documents, Filter } from '@srm/documents';
import type { Clock, Outgoing } from '@srm/messaging';
import type { Envelope, SweepGarbage } from '@srm/schemas';
import { oldSince, retention, sweepOf, swept, type Sweep, type SweptItem } from '@srm/service';
import type { JobDocument } from './job-document.ts';

export type SweepingParts = Readonly<{
  name: string;
  documents: Documents;
  clock: Clock;
  /** What this bridge has besides its book. */
  sweep?: (sweep: Sweep) => Promise<readonly SweptItem[]>;
  /** Forgets what it has of these jobs; done before the book forgets them. Repeated, it does no harm. */
  forget?: (jobs: readonly string[]) => Promise<void>;
}>;

const atOnce = 500;

/** The handler of SweepGarbage (decision 0024): it deletes what this bridge owns, and says what. Everything in it may be done again. */
export const sweeping = (parts: SweepingParts) =>
  async function* (command: Envelope): AsyncGenerator<readonly Outgoing[]> {
    const { name, documents, clock } = parts;
    const sweep = await sweepOf(documents, (command as Envelope<SweepGarbage>).data);
    const items = [...((await parts.sweep?.(sweep)) ?? []), ...(await sweptBook(parts, sweep))];
    yield [await swept(documents, sweep, `${name}-bridge`, items, clock.now())];
  };

/** The book lets go of closed jobs whose commands cannot come again, once their operation has ended: the restore point first, the job last. */
async function sweptBook({ name, documents, forget }: SweepingParts, sweep: Sweep): Promise<readonly SweptItem[]> {
  const jobs = documents.collection<JobDocument>(`${name}.jobs`);
  const restorePoints = documents.collection<{ _id: string }>(`${name}.restorePoints`);
  const since = oldSince(sweep.at, retention.book);
  const open = new Set(sweep.mark.open);
  let [gone, points] = [0, 0];
  for (let past = ''; ;) {
    const filter: Filter = { _id: { $gt: past }, open: false, 'report.time': { $lt: since } };
    const some = await jobs.find(filter, { sort: { _id: 1 }, limit: atOnce }).toArray();
    const old = some.filter(({ operation }) => !open.has(operation));
    const ids = old.map(({ _id }) => _id);
    const ofSteps = { _id: { $in: old.map(({ operation, step }) => `${operation}/${step}`) } };
    points += await restorePoints.countDocuments(ofSteps);
    if (!sweep.dryRun) {
      await restorePoints.deleteMany(ofSteps);
      await forget?.(ids);
      await jobs.deleteMany({ _id: { $in: ids } });
    }
    gone += ids.length;
    past = some.at(-1)?._id ?? past;
    if (some.length < atOnce) break;
  }
  const item = (what: 'job' | 'restorePoint', count: number): readonly SweptItem[] =>
    count === 0 ? [] : [{ what, name: `${name}-bridge`, count, bytes: null, fate: 'deleted', why: { sort: 'old', of: since } }];
  return [...item('job', gone), ...item('restorePoint', points)];
}
