import type { Loop } from '@srm/messaging';
import type { ApiSchemas } from '@srm/schemas';
import type { Answer, Request, Route } from '@srm/service';
import { compared, digestOfItems, type SeenAtTarget } from '../restored/compare.ts';
import type { Stores } from '../stores.ts';
import { reading, type Parts } from './parts.ts';
import { problem } from './problem.ts';
import { readShaped } from './read-json.ts';

/** What the process knows that was restored from a backup. */
export type Restored = Readonly<{
  at: string;
  file: string;
  backupAt: string;
  /** What the targets have now. */
  seen: () => Promise<readonly SeenAtTarget[]>;
  /** False as long as the views do not have all that was backed up. */
  caughtUp: () => Promise<boolean>;
  /** True once people, or a comparison in which nothing differs, have ended it. */
  isOver: () => boolean;
  /** Writes it down, then lets everything go on. */
  accept: (by: Readonly<{ actor: string; reason: string | null; digest: string; differ: number }>) => Promise<void>;
}>;

type Comparison = ApiSchemas['schemas']['Restored'];

export const restoredRoutes = (parts: Parts, restored: Restored | null): readonly Route[] => [
  reading('/v1/restored', async () =>
    restored === null || restored.isOver()
      ? notRestored
      : { status: 200, headers: { 'Cache-Control': 'no-store' }, json: await comparison(parts.stores, restored) },
  ),
  { method: 'POST', path: '/v1/restored/acceptance', answer: (request) => accept(parts, restored, request) },
];

const notRestored = problem(404, 'not-restored', 'Not restored', {
  detail: 'this SRM was not restored from a backup, or what was restored is accepted',
});

export async function comparison({ resources }: Stores, restored: Restored): Promise<Comparison> {
  const { at, file, backupAt } = restored;
  const items = compared(await resources.find({}, { sort: { _id: 1 } }).toArray(), await restored.seen());
  return {
    at,
    file,
    backupAt,
    caughtUp: await restored.caughtUp(),
    digest: digestOfItems(items),
    items: items.map((item) => ({ ...item })),
  };
}

/** What is accepted is what was seen: the digest of the comparison has to be that of now. */
async function* accept(parts: Parts, restored: Restored | null, request: Request): AsyncGenerator<never[], Answer> {
  yield [];
  const read = readShaped(parts, request, 'RestoredAcceptance');
  if ('refused' in read) return read.refused;
  const { digest, reason = null } = read.value;
  if (restored === null || restored.isOver()) return notRestored;
  const now = await comparison(parts.stores, restored);
  if (!now.caughtUp)
    return problem(409, 'not-caught-up', 'Not yet', {
      detail: 'the views do not show all that was backed up yet; look at the comparison again in a moment',
    });
  if (now.digest !== digest)
    return problem(409, 'compared-anew', 'It has changed since', {
      detail: 'the comparison is not the one that you accept any more: look at it again (srm restore), then accept',
    });
  const differ = now.items.filter(({ verdict }) => verdict !== 'same').length;
  await restored.accept({ actor: read.actor.name, reason, digest: now.digest, differ });
  return { status: 200, json: now };
}

/** Where nothing differs nobody has to be asked. */
export const accepting = ({ stores, clock }: Pick<Parts, 'stores' | 'clock'>, restored: Restored): Loop =>
  async function* (signal) {
    yield [];
    while (!signal.aborted && !restored.isOver()) {
      const { caughtUp, items, digest } = await comparison(stores, restored);
      if (caughtUp && items.every(({ verdict }) => verdict === 'same'))
        return restored.accept({ actor: 'SRM', reason: null, digest, differ: 0 });
      await clock.sleep(1000, signal);
    }
  };

/** Until it is over nothing is taken in but the acceptance, and a backup of it. */
export const readOnly = (routes: readonly Route[], restored: Restored): readonly Route[] =>
  routes.map((route) =>
    route.method === 'GET' || /^\/v1\/(restored|backups)/.test(route.path) ? route : { ...route, answer: refusing(route, restored) },
  );

const refusing = (route: Route, restored: Restored): Route['answer'] =>
  async function* (request) {
    if (restored.isOver()) return yield* route.answer(request);
    return problem(503, 'restored', 'Restored, and read-only', {
      detail: `SRM was restored at ${restored.at} from a backup of ${restored.backupAt}, and what runs may differ from what it believes: npm run srm -- restore shows the comparison, --accept ends this`,
    });
  };
