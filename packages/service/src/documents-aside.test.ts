import { embeddedDocuments } from '@srm/documents';
import { asideContract } from '@srm/messaging/contract';
import { documentsAside } from './documents-aside.ts';

asideContract('the embedded documents', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  return { aside: await documentsAside(documents), end: () => documents.close() };
});
