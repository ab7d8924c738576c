import { documentsContract } from './documents.contract.ts';
import { embeddedDocuments } from './embedded.ts';

documentsContract('embedded', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  return { documents, close: () => documents.close() };
});
