import { digestOf } from '@srm/definitions';
import { idOf, type Outgoing } from '@srm/messaging';
import { definitionsKey, environmentKey, type SetFreeze } from '@srm/schemas';
import type { Answer, Request, Route } from '@srm/service';
import { until } from '../bell.ts';
import type { FreezeView } from '../views/other-views.ts';
import { freezeAddress, takenAddress } from '../views/project-freeze.ts';
import { patience } from './get-operations.ts';
import { isObject } from './is-object.ts';
import { reused } from './keys.ts';
import { largestRequest } from './limits.ts';
import { equal, page } from './page.ts';
import { reading, type Parts } from './parts.ts';
import { freezeJson } from './present.ts';
import { notFound, type ErrorAt } from './problem.ts';
import { readShaped } from './read-json.ts';
import { said } from './said.ts';
import { isMoment, noMoment, utc } from './times.ts';

type Data = SetFreeze['data'];

export const freezeRoutes = (parts: Parts): readonly Route[] => [
  reading('/v1/freezes', (request) => list(parts, request)),
  { method: 'PUT', path: '/v1/freezes/:tenant', answer: (request) => put(parts, request), maxBody: largestRequest },
  { method: 'PUT', path: '/v1/freezes/:tenant/:environment', answer: (request) => put(parts, request), maxBody: largestRequest },
];

/** Freezes that stand. */
const list = ({ stores }: Parts, request: Request): Promise<Answer> =>
  page(request, {
    name: 'freezes',
    collection: stores.freezes,
    by: '_id',
    placeOf: ({ _id }) => _id,
    filter: (query) => ({ frozen: true, word: 'own', ...equal({ tenant: query.text('tenant') }) }),
    present: freezeJson,
  });

/** Says it, waits until it is decided: for a tenant, until each of its environments has taken it. The last one to say counts. */
async function* put(parts: Parts, request: Request): AsyncGenerator<readonly Outgoing[], Answer> {
  const read = readFreeze(parts, request);
  if ('refused' in read) return read.refused;
  const { data } = read;
  const unknown = await unknownPlace(parts, data);
  if (unknown !== null) return unknown;
  const { tenant, environment, requestId, bodyDigest } = data;
  const subject = environment === null ? definitionsKey(tenant) : environmentKey(tenant, environment);
  const ear = parts.bell.listen(subject);
  try {
    const known = await parts.stores.answers.findOne({ _id: requestId });
    if ((known?.bodyDigest ?? bodyDigest) !== bodyDigest || !parts.keys.take(requestId, bodyDigest)) return reused('another freeze');
    if (known === null) {
      const time = new Date(parts.clock.now()).toISOString();
      yield [said({ type: 'SetFreeze', data }, { id: requestId, subject, time, correlation: requestId })];
    }
    const now = await until(parts.clock, ear, {
      read: () => taken(parts, data),
      done: ({ done }) => done,
      number: ({ decided }) => decided?.number ?? 0,
      limit: patience,
      signal: request.signal,
    });
    if (!now.done || now.decided === null)
      return { status: 202, json: { detail: 'not decided everywhere yet; the same request with the same Idempotency-Key asks again' } };
    return { status: 200, json: freezeJson(now.decided) };
  } finally {
    ear.close();
  }
}

type Now = Readonly<{ decided: FreezeView | null; done: boolean }>;

async function taken({ stores }: Parts, { tenant, environment, requestId }: Data): Promise<Now> {
  const answer = await stores.answers.findOne({ _id: requestId });
  const decided = answer === null ? null : await stores.freezes.findOne({ _id: freezeAddress(tenant, environment) });
  if (answer === null || decided === null || decided.number < answer.number) return { decided: null, done: false };
  if (environment !== null || decided.environments.length === 0) return { decided, done: true };
  const ids = decided.environments.map((name) => takenAddress(tenant, name));
  const all = await stores.freezes.find({ _id: { $in: ids }, taken: { $gte: decided.number } }).toArray();
  return { decided, done: all.length === ids.length };
}

async function unknownPlace({ stores }: Parts, { tenant, environment }: Data): Promise<Answer | null> {
  const filter = environment === null ? { tenant } : { tenant, kind: 'Environment', name: environment };
  const found = await stores.definitions.findOne(filter);
  if (found !== null) return null;
  return notFound(environment === null ? `tenant ${tenant} with definitions` : `environment ${environment} of tenant ${tenant}`);
}

function readFreeze(parts: Parts, request: Request): Readonly<{ data: Data } | { refused: Answer }> {
  const read = readShaped(parts, request, 'FreezeRequest', (body) => amiss(parts, body));
  if ('refused' in read) return read;
  const { frozen, reason, until: end, holdRunning } = read.value;
  const [tenant, environment] = [request.params.get('tenant') ?? '', request.params.get('environment') ?? null];
  const requestId = idOf('freeze', tenant, environment ?? '', read.key);
  const about = { tenant, environment, requestId, bodyDigest: digestOf(read.value), actor: read.actor };
  return { data: { ...about, frozen, reason: reason ?? null, until: utc(end ?? null), holdRunning: holdRunning ?? false } };
}

/** What the shape alone cannot say. */
function amiss({ clock }: Parts, body: unknown): readonly ErrorAt[] {
  if (!isObject(body)) return [];
  const { frozen, reason, until: end, holdRunning } = body;
  const errors: ErrorAt[] = [];
  if (frozen === true && typeof reason !== 'string')
    errors.push({ pointer: '', detail: '"reason" is missing: who has to wait wants to know why' });
  if (typeof end === 'string' && !isMoment(end)) errors.push({ pointer: '/until', detail: `until ${noMoment}` });
  else if (typeof end === 'string' && Date.parse(end) <= clock.now())
    errors.push({ pointer: '/until', detail: `until is over already: ${end}` });
  if (frozen === false && typeof end === 'string') errors.push({ pointer: '/until', detail: 'until belongs to frozen: true' });
  if (frozen === false && holdRunning === true) errors.push({ pointer: '/holdRunning', detail: 'holdRunning belongs to frozen: true' });
  return errors;
}
