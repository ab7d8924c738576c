import type { Documents } from '@srm/documents';
import { inserted } from '@srm/documents';
import type { JobStatus } from '@srm/bridge';

/** One item to be written: as `revision`, where nobody else has written that since it was planned. */
export type Write = Readonly<{ key: string; value: string | null; revision: number }>;
/** An item that stays as it is. */
export type Kept = Readonly<{ key: string; revision: number }>;

type Ended = Extract<JobStatus, { state: 'succeeded' | 'failed' | 'cancelled' }>;

/** What was decided for a job: once it stands here the job is there, and whoever looks finishes it. A cancel that was faster is its tombstone.
 *  left: sentences about what an undo must not touch. */
export type Work = Readonly<{
  _id: string;
  writes: readonly Write[];
  kept: readonly Kept[];
  left: readonly string[];
  end: Ended | null;
}>;

export type Works = ReturnType<typeof works>;

export const works = (documents: Documents) => {
  const collection = documents.collection<Work>('scm.work');
  const find = (job: string): Promise<Work | null> => collection.findOne({ _id: job });
  return {
    find,
    /** What stands afterwards: this, or what was decided before. */
    decide: async (work: Work): Promise<Work> => ((await inserted(collection, work)) ? work : ((await find(work._id)) ?? work)),
    forget: async (jobs: readonly string[]): Promise<void> => void (await collection.deleteMany({ _id: { $in: jobs } })),
    end: async (job: string, end: Ended): Promise<Ended> => {
      await collection.updateOne({ _id: job, end: null }, { $set: { end } });
      return (await find(job))?.end ?? end;
    },
  };
};
