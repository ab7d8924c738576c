export * from './documents.ts';
export { embeddedDocuments, type EmbeddedDocuments } from './embedded.ts';
export { inserted } from './inserted.ts';
