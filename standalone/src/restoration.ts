import { join } from 'node:path';
import type { Documents } from '@srm/documents';
import type { QueryApiParts } from '@srm/query-api';
import { resourceStates } from '@srm/sem-bridge';
import { forgetRestored, type Restored } from './restore.ts';

type Parts = Readonly<{
  note: Restored;
  data: string;
  documents: Documents;
  now: () => number;
  /** How many events the views have still to show. */
  behind: () => Promise<number>;
  /** Starts the services that act. */
  act: () => Promise<void>;
}>;

type Acceptance = Restored &
  Readonly<{ _id: string; acceptedAt: string; actor: string; reason: string | null; digest: string; differ: number }>;

/** From a restore to its acceptance, which is kept for ever in `restores`. Died within, it is read-only still, and accepted again. */
export function restoration({ note, data, documents, now, behind, act }: Parts): NonNullable<QueryApiParts['restored']> {
  const restores = documents.collection<Acceptance>('restores');
  let over: Promise<void> | null = null;
  let done = false;
  const end = async (acceptance: Acceptance): Promise<void> => {
    await restores.replaceOne({ _id: note.at }, acceptance, { upsert: true });
    await forgetRestored(data);
    await act();
    done = true;
  };
  return {
    ...note,
    seen: async () =>
      (await resourceStates(join(data, 'sem'))).map(({ tenant, environment, product, component, image, version, wanted, health }) => ({
        id: [tenant, environment, product, component].join('/'),
        image,
        version,
        state: wanted > 0 ? 'running' : health,
      })),
    caughtUp: async () => (await behind()) === 0,
    isOver: () => done,
    accept: (by) =>
      (over ??= end({ ...note, _id: note.at, acceptedAt: new Date(now()).toISOString(), ...by }).catch((error: unknown) => {
        over = null;
        throw error;
      })),
  };
}
