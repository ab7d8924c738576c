import { AsyncLocalStorage } from 'node:async_hooks';
import { headerOf, type BusRecord, type Outgoing, type Subscription } from '@srm/messaging';
import type { Service } from './service.ts';

const context = new AsyncLocalStorage<object>();

/** What every line that is logged meanwhile carries. */
export const logContext = (): object => context.getStore() ?? {};

/** Lines that are logged while a message is handled carry its type and ids. */
export const inContext = (service: Service): Service => ({ ...service, consumes: service.consumes.map(contextual) });

function contextual(one: Subscription): Subscription {
  const { raw } = one;
  return {
    ...one,
    on: (messages) => within(fieldsOf(messages[0]), one.on(messages)),
    ...(raw === undefined ? {} : { raw: (records) => within(fieldsOf(records[0] && named(records[0])), raw(records)) }),
  };
}

type Named = Readonly<{ type: string; id: string; subject: string; correlationid: string }>;

const fieldsOf = (first: Named | undefined): object =>
  first === undefined ? {} : { eventType: first.type, eventId: first.id, correlationId: first.correlationid, ...keyOf(first.subject) };

const operation = 'operation/';
const keyOf = (key: string): object => (key.startsWith(operation) ? { operationId: key.slice(operation.length).split('/')[0] } : { key });

function named(record: BusRecord): Named {
  const header = (wanted: string): string => headerOf(record, wanted) ?? '';
  return { type: header('ce_type'), id: header('ce_id'), subject: record.key, correlationid: header('ce_correlationid') };
}

/** Each stretch of the generator runs in the context, whoever asks for it. */
async function* within(fields: object, given: AsyncIterable<readonly Outgoing[]>): AsyncGenerator<readonly Outgoing[]> {
  const steps = given[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await context.run(fields, () => steps.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await context.run(fields, async () => steps.return?.());
  }
}
