import type { Documents } from '@srm/documents';
import type { Sweep, SweptItem } from '@srm/service';
import { oldSince, retention } from '@srm/service';
import { sweptBpr } from './sweep-bpr.ts';
import { sweptDpr } from './sweep-dpr.ts';
import { setAside } from './set-aside.ts';
import { bprFolder, dprFolder } from './running.ts';

/** Builds that nobody needs go in two sweeps (decision 0024): set aside by one, deleted by a later one that finds them unneeded still. */
export const sweepBuilds = (folder: string, documents: Documents) => {
  const notes = setAside(documents);
  return async (sweep: Sweep): Promise<readonly SweptItem[]> => {
    if (!(await notes.isNewest(sweep))) return [];
    const used = oldSince(sweep.at, retention.build);
    const artifacts = await sweptBpr(bprFolder(folder), sweep, notes, Date.parse(used));
    const { items, blobs } = await sweptDpr(dprFolder(folder), sweep, notes, Date.parse(used));
    await notes.tidy([...artifacts.map(({ name }) => name), ...blobs], sweep);
    return [...artifacts, ...items];
  };
};
