import type { Documents } from '@srm/documents';
import { mongoDocuments } from '@srm/documents/mongo';
import type { Codec } from '@srm/messaging';
import { registryCodec } from '@srm/messaging/registry';
import type { SharedConfig } from './settings.ts';
import { untilReached, type Reaching } from './until-reached.ts';

/** Documents and codec, where the configuration says. */
export async function openStores(
  { mongodb, database, registry: url, namespace }: SharedConfig,
  reach: Reaching,
  open: (() => Promise<void>)[],
): Promise<Readonly<{ documents: Documents; codec: Codec }>> {
  const { clock, log, signal } = reach;
  const documents = await untilReached(reach, 'MongoDB', () => mongoDocuments({ uri: mongodb.reveal(), database }));
  open.push(() => documents.close());
  const codec = await untilReached(reach, 'the schema registry', () => registryCodec({ url, namespace, clock, log, signal }));
  return { documents, codec };
}
