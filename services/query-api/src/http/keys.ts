import type { Answer } from '@srm/service';
import { problem } from './problem.ts';

/** Which body an Idempotency-Key belongs to, as this process heard it, under the id that derives from the key.
 *  It counts while nothing is decided; what was decided knows better (another instance may have heard another body first). */
export type Keys = Readonly<{
  /** True: nothing was heard under this id, or the same body. */
  take: (id: string, bodyDigest: string) => boolean;
  /** The body that was heard here is not the one that was decided. */
  forget: (id: string) => void;
}>;

const most = 10_000;

export function keysHere(): Keys {
  const all = new Map<string, string>();
  return {
    take(id, bodyDigest) {
      const taken = all.get(id);
      if (taken !== undefined) return taken === bodyDigest;
      const [oldest] = all.keys();
      if (all.size >= most && oldest !== undefined) all.delete(oldest);
      all.set(id, bodyDigest);
      return true;
    },
    forget: (id) => void all.delete(id),
  };
}

/** `what` ends the sentence "this Idempotency-Key was used for …". */
export const reused = (what: string, instance?: string): Answer =>
  problem(422, 'idempotency-key-reused', 'Idempotency-Key used with another body', {
    detail: `this Idempotency-Key was used for ${what}; give a new key`,
    ...(instance === undefined ? {} : { instance }),
  });
