import { join } from 'node:path';
import { embeddedDocuments } from '@srm/documents';
import { embeddedCodec } from '@srm/messaging';
import { rebuild } from '@srm/query-api';
import { realClock } from './house.ts';

/** Rebuilds the views in the folder that is named, again and again, until it is killed, or its parent is gone. */
const folder = process.argv[2] ?? '.';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const documents = embeddedDocuments({ file: join(folder, 'documents.db') });
const codec = embeddedCodec({ file: join(folder, 'schemas.db') });
process.on('disconnect', () => process.exit());
process.send?.('begins');
for (;;) await rebuild({ documents, codec, clock: realClock, log });
