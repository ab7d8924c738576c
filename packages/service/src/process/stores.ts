import { embeddedDocuments, type Documents } from '@srm/documents';
import { embeddedCodec, type Codec, type Log } from '@srm/messaging';
import type { SharedConfig } from './settings.ts';
import type { Reaching } from './until-reached.ts';

/** Documents and codec, where the configuration says. */
export async function openStores(
  config: SharedConfig,
  log: Log,
  _reach: Reaching,
  open: (() => Promise<void>)[],
): Promise<Readonly<{ documents: Documents; codec: Codec }>> {
  const documents = embeddedDocuments({ file: config.mongodb.reveal().replace(/^file:/, ''), log });
  open.push(() => documents.close());
  return { documents, codec: embeddedCodec({ file: config.registry.replace(/^file:\/\//, '') }) };
}
