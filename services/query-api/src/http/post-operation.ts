import { canonicalJson, digestOf } from '@srm/definitions';
import { inserted } from '@srm/documents';
import { idOf, type Outgoing } from '@srm/messaging';
import { operationKey, type RequestOperation } from '@srm/schemas';
import type { Answer, Request, Route } from '@srm/service';
import { until } from '../bell.ts';
import { askedOperation, type OperationView } from '../views/operation-view.ts';
import { busy } from './admission.ts';
import { patience } from './get-operations.ts';
import type { Actor } from './headers.ts';
import { reused } from './keys.ts';
import { largestRequest, tooLarge } from './limits.ts';
import { operationRequest, type OperationRequest } from './operation-request.ts';
import { milliseconds, utc } from './times.ts';
import { operationNow, type Parts } from './parts.ts';
import { operationJson } from './present.ts';
import { invalid, problem } from './problem.ts';
import { readJson } from './read-json.ts';
import { said } from './said.ts';

export const postOperation = (parts: Parts): Route => ({
  method: 'POST',
  path: '/v1/operations',
  answer: (request) => ask(parts, request),
  maxBody: largestRequest,
});

/** Says the request, waits a little for what is decided, answers with the operation as it is then (protocol 2). */
async function* ask(parts: Parts, request: Request): AsyncGenerator<readonly Outgoing[], Answer> {
  const read = readRequest(parts, request);
  if ('refused' in read) return read.refused;
  const found = await taken(parts, read.data);
  if ('refused' in found) return found.refused;
  const { data } = found;
  const ear = parts.bell.listen(operationKey(data.operation));
  try {
    const known = await operationNow(parts, data.operation);
    if (known !== null && known.number > 0 && isOther(known, data)) return usedFor(known, data);
    if (known === null || known.number === 0) {
      if (!parts.admission.enter(data.operation)) return busy();
      if (!parts.keys.take(data.operation, data.bodyDigest)) return usedFor(known, data);
      const time = new Date(parts.clock.now()).toISOString();
      const id = idOf('request', data.tenant, data.key);
      try {
        yield [said({ type: 'RequestOperation', data }, { id, subject: operationKey(data.operation), time, correlation: data.operation })];
      } catch (error) {
        parts.admission.leave(data.operation);
        throw error;
      }
      // Whoever is told of it finds it at every instance, and in the next life.
      await inserted(parts.stores.operations, askedOperation(data, time));
    }
    const view = await until(parts.clock, ear, {
      read: () => operationNow(parts, data.operation),
      done: isDecided,
      number: (now) => now?.number ?? 0,
      limit: patience,
      signal: request.signal,
    });
    if (isDecided(view)) parts.admission.leave(data.operation);
    return answered(view ?? askedOperation(data, new Date(parts.clock.now()).toISOString()), data);
  } finally {
    ear.close();
  }
}

const isDecided = (now: OperationView | null): boolean =>
  now !== null && (now.planDigest !== null || now.ending !== null || now.waitingFor?.for === 'time');

type Data = RequestOperation['data'];

function readRequest(parts: Parts, request: Request): Readonly<{ data: Data } | { refused: Answer }> {
  const read = readJson(parts, request);
  if ('refused' in read) return read;
  const asked = operationRequest(read.value);
  if ('errors' in asked) return { refused: invalid(asked.errors) };
  if (Buffer.byteLength(canonicalJson(asked.request)) > largestRequest)
    return { refused: tooLarge(`the request is larger than ${largestRequest} bytes as canonical JSON`) };
  return { data: dataOf(asked.request, read.key, read.actor) };
}

function dataOf(body: OperationRequest, key: string, actor: Actor): Data {
  const tenant = body.tenant ?? 'default';
  return {
    operation: idOf('operation', tenant, key),
    tenant,
    key,
    bodyDigest: digestOf(body),
    kind: body.kind,
    product: body.product ?? '',
    components: body.components ?? [],
    version: body.version ?? null,
    release: body.release ?? null,
    environment: body.environment ?? null,
    perComponent: (body.perComponent ?? []).map(({ name, spec, parameters, replicas }) => ({
      name,
      replicas: replicas ?? null,
      spec: spec ?? null,
      parameters: parameters === undefined || parameters === null ? null : canonicalJson(parameters),
    })),
    pipeline: body.pipeline ?? null,
    onFailure: body.onFailure ?? null,
    reason: body.reason ?? null,
    labels: (body.labels ?? []).map(({ name, value }) => ({ name, value })),
    expectedPlan: body.expectedPlan ?? null,
    preview: body.preview ?? false,
    actor,
    force: body.force ?? null,
    of: body.of ?? null,
    notBefore: utc(body.notBefore ?? null),
    deadline: milliseconds(body.deadline ?? null),
    restartConsumers: body.restartConsumers ?? null,
  };
}

/** The product and environment of an undo are those of the operation that it takes back. Of all others they were said. */
async function taken(parts: Parts, data: Data): Promise<Readonly<{ data: Data } | { refused: Answer }>> {
  if (data.kind !== 'undo' || data.of === null) return { data };
  const undone = await operationNow(parts, data.of);
  const wrong = (pointer: string, detail: string) => ({ refused: invalid([{ pointer, detail }]) });
  if (undone === null || undone.tenant !== data.tenant)
    return wrong('/of', `tenant ${data.tenant} has no operation ${data.of}; npm run srm -- get operations lists them`);
  const { product, environment, status } = undone;
  if (undone.ending === null)
    return wrong(
      '/of',
      `operation ${data.of} has not ended, it is ${status}: cancel it instead, which undoes what it did, or wait for its end`,
    );
  if (data.product !== '' && data.product !== product)
    return wrong('/product', `operation ${data.of} is about ${product}; leave product away`);
  if (data.environment !== null && data.environment !== environment)
    return wrong('/environment', `operation ${data.of} was in ${environment ?? 'no environment'}; leave environment away`);
  return { data: { ...data, product, environment } };
}

/** Asked for with another body. */
const isOther = ({ asked }: OperationView, { bodyDigest }: Data): boolean => asked.bodyDigest !== '' && asked.bodyDigest !== bodyDigest;

function usedFor(view: OperationView | null, { operation }: Data): Answer {
  const which = view === null || view.requestedAt === '' ? '' : `: ${view.kind} ${view.product} at ${view.requestedAt}`;
  return reused(`another request${which}`, `/v1/operations/${operation}`);
}

function answered(view: OperationView, data: Data): Answer {
  if (isOther(view, data)) return usedFor(view, data);
  const instance = `/v1/operations/${view._id}`;
  const headers = { Location: instance };
  if (view.status !== 'refused') return { status: 202, headers, json: operationJson(view) };
  const detail = view.reason ?? 'the request cannot be carried out';
  return problem(view.refusal ?? 422, 'operation-refused', 'Operation refused', { detail, errors: view.errors, instance, headers });
}
