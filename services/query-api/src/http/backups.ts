import type { Route } from '@srm/service';
import type { Parts } from './parts.ts';
import { problem } from './problem.ts';
import { readShaped } from './read-json.ts';

/** Hands over a backup while SRM runs. `backup`: null where the data is not in a folder of this process. */
export function backupRoute(parts: Parts, backup: (() => AsyncIterable<Uint8Array>) | null): Route {
  let underWay = false;
  return {
    method: 'POST',
    path: '/v1/backups',
    async *answer(request) {
      yield [];
      const asked = readShaped(parts, request, 'BackupRequest');
      if ('refused' in asked) return asked.refused;
      if (backup === null) return elsewhere;
      if (underWay)
        return problem(409, 'backup-under-way', 'Another backup is under way', {
          detail: 'one backup is made after the other; ask again when that one is done',
        });
      underWay = true;
      parts.log.info({ actor: asked.actor.name }, `a backup is made for ${asked.actor.name}`);
      const done = (): void => void (underWay = false);
      return { status: 200, headers: { 'Content-Type': 'application/x-tar', 'Cache-Control': 'no-store' }, stream: until(backup(), done) };
    },
  };
}

async function* until(pieces: AsyncIterable<Uint8Array>, done: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } finally {
    done();
  }
}

const elsewhere = problem(501, 'backup-elsewhere', 'This SRM does not keep its data itself', {
  detail:
    'its data lies in Kafka and MongoDB: back those up with their own tools, as the README says (mongodump, a mirror of the topics, the folder of the ci-bridge)',
});
