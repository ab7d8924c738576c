import { canonicalJson } from '@srm/definitions';
import type { Documents } from '@srm/documents';
import type { Driver, Job, JobStatus } from '@srm/bridge';
import { configure } from './configure.ts';
import { failed, type Decision } from './decision.ts';
import { itemOf, items as itemsOf, type Items } from './items.ts';
import { formerItems, publish, stays, unpublish, withdraw } from './publish.ts';
import { InputRefused } from './wants.ts';
import { works, type Work } from './work.ts';

const author = (job: Job): string => `operation ${job.operation}`;

const decisionFor = async (job: Job, documents: Documents, items: Items): Promise<Decision> => {
  try {
    if (job.action === 'configure') return await configure(job, documents, items);
    if (job.action === 'publish') return await publish(job, items);
    if (job.action === 'withdraw') return await withdraw(job, items);
    if (job.action === 'undo' && /\/(publish|withdraw)$/.test(job.undoes ?? '')) return await unpublish(job, items);
  } catch (error) {
    if (error instanceof InputRefused) return failed('input', error.message);
    throw error;
  }
  return failed('action', `the configuration store cannot ${job.action} ${job.undoes ?? job.component}`);
};

/** Writes what was decided; repeated, by anybody, it writes nothing more. Gives the revision that stands, null: somebody has set it since. */
const write = async (job: Job, items: Items, { key, value, revision }: Work['writes'][number]): Promise<number | null> => {
  const item = itemOf(job, key);
  for (let next = revision; ; next += 1) {
    if (await items.add(job, key, next, { value, author: author(job), operation: job.operation, job: job.id })) return next;
    const own = await items.writtenBy(item, job.id);
    if (own !== null) return own.revision;
    if (job.action === 'undo') return null;
  }
};

const finish = async (job: Job, items: Items, work: Work): Promise<NonNullable<Work['end']>> => {
  const revisions = new Map(work.kept.map(({ key, revision }) => [key, revision]));
  const left = [...work.left];
  for (const one of work.writes) {
    const revision = await write(job, items, one);
    if (revision === null) left.push(stays(job, one.key));
    else revisions.set(one.key, revision);
  }
  const outputs = [{ name: 'revisions', value: canonicalJson(Object.fromEntries(revisions)), secret: false }];
  if (left.length > 0) outputs.push({ name: 'kept', value: JSON.stringify(left), secret: false });
  return { state: 'succeeded', outputs, unchanged: work.writes.length + work.left.length === left.length };
};

/** The driver `file`: the configuration store is SRM's own documents, durable in its data folder, or in MongoDB.
 *  A job is there as soon as its work is written down; whoever starts or observes it then finishes it. */
export const fileDriver = (documents: Documents): Driver => {
  const items = itemsOf(documents);
  const kept = works(documents);
  let prepared: Promise<void> | null = null;
  const prepare = (): Promise<void> =>
    (prepared ??= items.prepare().catch((error: unknown) => {
      prepared = null;
      throw error;
    }));
  const settle = async (job: Job, work: Work): Promise<JobStatus> => work.end ?? kept.end(job.id, await finish(job, items, work));
  return {
    fencing: 'bridge',
    timing: { call: 10_000, hold: 0 },
    restorePoint: async (job) => {
      await prepare();
      return job.action === 'publish' || job.action === 'withdraw' ? formerItems(job, items) : null;
    },
    start: async (job) => {
      await prepare();
      const known = await kept.find(job.id);
      await settle(job, known ?? (await kept.decide({ _id: job.id, ...(await decisionFor(job, documents, items)) })));
      return { refused: null };
    },
    observe: async (job) => {
      const work = await kept.find(job.id);
      return work === null ? { state: 'absent' } : settle(job, work);
    },
    cancel: async (job) => {
      const end = { state: 'cancelled', reason: 'cancelled before it was started', effect: 'none' } as const;
      return (await kept.decide({ _id: job.id, writes: [], kept: [], left: [], end })).end?.state === 'cancelled';
    },
    log: async (_job, offset) => ({ text: '', next: offset }),
    evidence: async () => null,
  };
};
