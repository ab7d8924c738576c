import type { Documents } from '@srm/documents';
import { text, type Evidence } from './evidence.ts';

/** Protocol 20: the book outlives the commands: every job that was asked for stands in the book of its bridge, long after its end. */
export async function remembered(documents: Documents, { operations }: Evidence): Promise<readonly string[]> {
  const books = await Promise.all(
    ['ci', 'sem', 'scm'].map((bridge) => documents.collection<{ _id: string }>(`${bridge}.jobs`).find({}).toArray()),
  );
  const known = new Set(books.flat().map(({ _id }) => _id));
  return operations.flatMap(({ id, events }) =>
    events.flatMap((event) =>
      event.type === 'StepRequested' && !known.has(text(event, 'job'))
        ? [`20 ${id}: the job of ${text(event, 'step')} is not in the book`]
        : [],
    ),
  );
}
