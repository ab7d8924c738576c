import { canonicalJson, digestOf, parseDefinitions, type DefinitionDocument } from '@srm/definitions';
import { idOf, type Outgoing } from '@srm/messaging';
import { definitionsKey, type PutDefinitions } from '@srm/schemas';
import type { Answer, Request, Route } from '@srm/service';
import { isAbsolute } from 'node:path';
import { until } from '../bell.ts';
import { inserted } from '@srm/documents';
import type { AnswerView, PositionView } from '../views/other-views.ts';
import { patience } from './get-operations.ts';
import { actorOf, idempotencyKey, mediaType, unsupported } from './headers.ts';
import { reused } from './keys.ts';
import { largestDefinitions, largestRequest, tooLarge } from './limits.ts';
import type { Parts } from './parts.ts';
import { invalid, problem } from './problem.ts';
import { queryOf } from './query.ts';
import { said } from './said.ts';

const types = ['application/yaml', 'application/json', 'text/yaml', 'application/x-yaml'];

export const postDefinitions = (parts: Parts): Route => ({
  method: 'POST',
  path: '/v1/definitions',
  answer: (request) => put(parts, request),
  maxBody: largestDefinitions,
});

/** Keeps the documents under their digests, then says that they are to be in force; waits for what is decided. */
async function* put(parts: Parts, request: Request): AsyncGenerator<readonly Outgoing[], Answer> {
  const read = readDefinitions(parts, request);
  if ('refused' in read) return read.refused;
  const { data, documents } = read;
  const subject = definitionsKey(data.tenant);
  const ear = parts.bell.listen(subject);
  try {
    const known = await parts.stores.answers.findOne({ _id: data.requestId });
    if (known?.accepted !== true && !parts.keys.take(data.requestId, data.bodyDigest)) return usedForOthers();
    if (known === null) {
      await Promise.all(documents.map(({ digest, json }) => inserted(parts.stores.frozen, { _id: digest, json: canonicalJson(json) })));
      const time = new Date(parts.clock.now()).toISOString();
      yield [said({ type: 'PutDefinitions', data }, { id: data.requestId, subject, time, correlation: data.requestId })];
    }
    const now = await until(parts.clock, ear, {
      read: () => answerNow(parts, data),
      done: ({ answer, position }) => answer !== null && (position?.number ?? 0) >= answer.number,
      number: ({ position }) => position?.number ?? 0,
      limit: patience,
      signal: request.signal,
    });
    return answered(now.answer, data);
  } finally {
    ear.close();
  }
}

type Data = PutDefinitions['data'];
type Now = Readonly<{ answer: AnswerView | null; position: PositionView | null }>;

async function answerNow({ stores }: Parts, { requestId, tenant }: Data): Promise<Now> {
  const answer = await stores.answers.findOne({ _id: requestId });
  return { answer, position: answer === null ? null : await stores.positions.findOne({ _id: definitionsKey(tenant) }) };
}

function answered(answer: AnswerView | null, data: Data): Answer {
  const { tenant } = data;
  if (answer === null)
    return { status: 202, json: { tenant, documents: [], detail: 'not decided yet; ask again with the same Idempotency-Key' } };
  if (!answer.accepted)
    return problem(422, 'definitions-refused', 'Definitions refused', { detail: answer.reason ?? '', errors: answer.errors });
  if (answer.bodyDigest === data.bodyDigest) return { status: 200, json: { tenant, documents: answer.documents } };
  return usedForOthers();
}

const usedForOthers = (): Answer => reused('other definitions');

type Read = Readonly<{ data: Data; documents: readonly DefinitionDocument[] }> | Readonly<{ refused: Answer }>;

function readDefinitions(parts: Parts, request: Request): Read {
  if (!types.includes(mediaType(request))) return { refused: unsupported(types.slice(0, 2)) };
  const key = idempotencyKey(request);
  if ('refused' in key) return key;
  const actor = actorOf(request, parts.actor);
  if ('refused' in actor) return actor;
  const query = queryOf(request);
  const base = query.text('base');
  query.nothingElse();
  const wrong = base === null || isAbsolute(base) ? [] : [{ pointer: '?base', detail: `"${base}" is not an absolute path` }];
  if (query.errors.length + wrong.length > 0) return { refused: invalid([...query.errors, ...wrong], 400) };
  const text = utf8(request.body);
  if (text === null) return { refused: problem(400, 'encoding', 'The body cannot be read', { detail: 'the body is not UTF-8' }) };
  const parsed = parseDefinitions(text, { base });
  if ('errors' in parsed) return { refused: invalid(parsed.errors) };
  const tenants = [...new Set(parsed.documents.map((document) => document.tenant))];
  const [tenant = 'default', other] = tenants;
  if (other !== undefined) {
    const detail = `the documents belong to several tenants (${tenants.join(', ')}); send those of one tenant at a time`;
    return { refused: invalid([{ pointer: '/metadata/tenant', detail }]) };
  }
  const documents = parsed.documents.map(({ kind, name, digest }) => ({ kind, name, digest }));
  if (Buffer.byteLength(JSON.stringify(documents)) > largestRequest)
    return { refused: tooLarge(`${documents.length} documents are too many at once; send them in parts`) };
  const requestId = idOf('definitions', tenant, key.key ?? parts.newId());
  return { documents: parsed.documents, data: { tenant, requestId, bodyDigest: digestOf(documents), documents, actor: actor.actor } };
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
