import type { LogChunk } from '@srm/schemas';
import { padded } from './raw-events.ts';
import { inserted } from '@srm/documents';
import type { Stores } from './stores.ts';

/** Keeps a piece of a log; of two that begin at the same place the longer. */
export async function storeLog({ logs }: Stores, { operation, step, attempt, offset, text }: LogChunk['data']): Promise<void> {
  const size = Buffer.byteLength(text);
  const _id = `${operation}/${step}/${attempt}/${padded(offset)}`;
  if (await inserted(logs, { _id, operation, step, attempt, offset, size, text })) return;
  await logs.updateOne({ _id, size: { $lt: size } }, { $set: { size, text } });
}
