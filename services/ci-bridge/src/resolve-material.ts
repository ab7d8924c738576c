import { inserted, type Documents } from '@srm/documents';
import { idOf, isSetAside, isTransient, sentence, TransientError, type Clock, type Outgoing } from '@srm/messaging';
import { operationKey, type Envelope, type MaterialRefused, type MaterialResolved, type ResolveMaterial } from '@srm/schemas';
import { refusal, resolveDocument, withoutDocument, withoutProduct, type Resolved } from './material.ts';
import type { Settings } from './request.ts';

type Frozen = Readonly<{ _id: string; json: string }>;
/** What was answered to an operation, written once: sources may change before the command comes again, the answer must not. */
type Answered = Readonly<{ _id: string; time: string; report: MaterialResolved | MaterialRefused }>;
type Parts = Settings & Readonly<{ documents: Documents; clock: Clock }>;

/** Inserts it unless somebody was faster; gives what is there. */
async function keep<T extends { _id: string }>(documents: Documents, name: string, document: T): Promise<T> {
  const collection = documents.collection<T>(name);
  if (await inserted(collection, document)) return document;
  return (await collection.findOne({ _id: document._id })) ?? document;
}

async function look({ documents, clock, ...settings }: Parts, { data, time }: Envelope<ResolveMaterial>): Promise<Resolved> {
  const { documents: named, deadline } = data;
  const digest = named.find((document) => document.kind === 'Product')?.digest;
  if (digest === undefined) return withoutProduct();
  const product = await documents.collection<Frozen>('frozen').findOne({ _id: digest });
  if (product === null && clock.now() - Date.parse(time) > deadline) return withoutDocument(digest, deadline);
  if (product === null) throw new TransientError(`the product's document is not there yet: ${digest}`);
  return resolveDocument(product.json, digest, settings);
}

/** Whoever waits for the answer gets one, whatever is wrong with the sources. */
function unreadable(error: unknown): Resolved {
  if (isTransient(error) || isSetAside(error)) throw error;
  return refusal(`the sources could not be looked at: ${sentence(error)}`);
}

async function answer(parts: Parts, command: Envelope<ResolveMaterial>): Promise<Answered> {
  const { operation } = command.data;
  const { documents, clock } = parts;
  const before = await documents.collection<Answered>('ci.materials').findOne({ _id: operation });
  if (before !== null) return before;
  const found = await look(parts, command).catch(unreadable);
  if ('json' in found) await keep<Frozen>(documents, 'frozen', { _id: found.digest, json: found.json });
  const report: Answered['report'] =
    'errors' in found
      ? { type: 'MaterialRefused', data: { operation, errors: found.errors } }
      : { type: 'MaterialResolved', data: { operation, digest: found.digest, contentDigest: found.contentDigest } };
  return keep<Answered>(documents, 'ci.materials', { _id: operation, time: new Date(clock.now()).toISOString(), report });
}

/** Answers ResolveMaterial with MaterialResolved or MaterialRefused; asked again, with the same. */
export const resolveMaterialHandler = (parts: Parts): ((command: Envelope) => AsyncGenerator<readonly Outgoing[]>) =>
  async function* (command) {
    const asked = command as Envelope<ResolveMaterial>;
    const { data } = asked;
    const { time, report } = await answer(parts, asked);
    const message: Envelope = {
      ...report,
      id: idOf('material', data.operation),
      source: '/srm/ci-bridge',
      subject: operationKey(data.operation),
      time,
      sequence: null,
      correlationid: command.correlationid,
      causationid: command.id,
      traceparent: command.traceparent,
    };
    yield [{ topic: 'inputs', message }];
  };
