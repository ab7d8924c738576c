import { documentsContract } from '@srm/documents/contract';
import { memoryDocuments } from './memory-documents.ts';

documentsContract('memory', async () => ({ documents: memoryDocuments(), close: async () => {} }));
