import type { Documents } from '@srm/documents';
import { idOf, type Outgoing } from '@srm/messaging';
import { sweepsKey, type ApiSchemas } from '@srm/schemas';
import { freeze, frozenAt, type Answer, type Request, type Route, type SweepDocument, type SweptItem } from '@srm/service';
import { openStatuses } from '../status/open-statuses.ts';
import type { Stores } from '../stores.ts';
import { sweepBell } from '../sweeping.ts';
import { patience } from './get-operations.ts';
import { reused } from './keys.ts';
import { largestRequest } from './limits.ts';
import { idIn, reading, type Parts } from './parts.ts';
import { notFound, problem } from './problem.ts';
import { readShaped } from './read-json.ts';
import { said } from './said.ts';

type Shown = ApiSchemas['schemas']['Sweep'];

/** Garbage collection: asked for, and looked at. */
export const sweepRoutes = (parts: Parts, documents: Documents): readonly Route[] => [
  { method: 'POST', path: '/v1/sweeps', answer: (request) => ask(parts, documents, request), maxBody: largestRequest },
  reading('/v1/sweeps/:id', async (request) => {
    const record = await parts.stores.sweeps.findOne({ _id: idIn(request) });
    if (record === null) return notFound(`sweep ${idIn(request)}`);
    return { status: 200, headers: { 'Cache-Control': 'no-store' }, json: await shown(parts.stores, documents, record) };
  }),
];

const moment = 50;

/** Says it, and waits a little for all services to answer. */
async function* ask(parts: Parts, documents: Documents, request: Request): AsyncGenerator<readonly Outgoing[], Answer> {
  const read = readShaped(parts, request, 'SweepRequest');
  if ('refused' in read) return read.refused;
  const { dryRun = false, reason = null } = read.value;
  const { stores, clock, bell } = parts;
  const sweep = idOf('sweep', read.key);
  if ((await stores.sweeps.findOne({ _id: sweep })) === null) {
    const found = await stores.operations.find({ status: { $in: [...openStatuses] } }, { projection: { _id: 1 } }).toArray();
    const open = await freeze(documents, found.map(({ _id }) => _id).sort());
    const data = { sweep, dryRun, reason, open, actor: read.actor };
    const time = new Date(clock.now()).toISOString();
    yield [said({ type: 'CollectGarbage', data }, { id: sweep, subject: sweepsKey, time, correlation: sweep })];
  }
  const instance = `/v1/sweeps/${sweep}`;
  for (const end = clock.now() + patience; ;) {
    const record = await stores.sweeps.findOne({ _id: sweep });
    if (record !== null && (record.dryRun !== dryRun || record.reason !== reason)) return reused('another sweep', instance);
    if (record?.refused != null)
      return problem(409, 'sweep-under-way', 'Another sweep is under way', {
        detail: `sweep ${record.refused} is under way, and one goes after the other: GET /v1/sweeps/${record.refused} shows it; ask again when it has ended`,
        instance: `/v1/sweeps/${record.refused}`,
      });
    if (record?.endedAt != null) return { status: 200, headers: { Location: instance }, json: await shown(stores, documents, record) };
    if (clock.now() >= end || request.signal.aborted) {
      const json = record === null ? notYet(sweep, { dryRun, reason }, read.actor, end - patience) : await shown(stores, documents, record);
      return { status: 202, headers: { Location: instance }, json };
    }
    if (record !== null) bell.ring(sweepBell, 0);
    await clock.sleep(moment, request.signal);
  }
}

const notYet = (id: string, asked: Pick<Shown, 'dryRun' | 'reason'>, actor: Shown['actor'], at: number): Shown => ({
  id,
  ...asked,
  actor: { ...actor },
  at: new Date(at).toISOString(),
  endedAt: null,
  services: [],
});

async function shown({ swept }: Stores, documents: Documents, record: SweepDocument): Promise<Shown> {
  const { _id: id, dryRun, reason, actor, at, endedAt } = record;
  const answers = await swept.find({ sweep: id }, { sort: { _id: 1 } }).toArray();
  const services = answers.map(async ({ service, list }) => ({ service, items: await frozenAt<SweptItem[]>(documents, list) }));
  return { id, dryRun, reason, actor: { ...actor }, at, endedAt, services: await Promise.all(services) };
}
