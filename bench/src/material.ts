import { digestOf } from '@srm/definitions';
import { isDuplicateKey, type Documents } from '@srm/documents';
import { idOf, type Clock, type Outgoing } from '@srm/messaging';
import { operationKey, type Envelope } from '@srm/schemas';

type Frozen = Readonly<{ _id: string; json: string }>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Answers ResolveMaterial for sources that are looked at by nobody: every component has the revision that its name gives. */
export const material = (documents: Documents, clock: Clock) =>
  async function* (command: Envelope): AsyncGenerator<readonly Outgoing[]> {
    const frozen = documents.collection<Frozen>('frozen');
    const operation = String(field(command.data, 'operation'));
    const product = list(field(command.data, 'documents')).find((document) => field(document, 'kind') === 'Product');
    const found = await frozen.findOne({ _id: String(field(product, 'digest')) });
    const components = list(field(field(JSON.parse(found?.json ?? '{}'), 'spec'), 'components')).map((component) => {
      const name = String(field(component, 'name'));
      return { name, revision: digestOf(name), dirty: false };
    });
    const digest = digestOf({ components });
    await frozen.insertOne({ _id: digest, json: JSON.stringify({ components }) }).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
    const message: Envelope = {
      type: 'MaterialResolved',
      data: { operation, digest, contentDigest: digest },
      id: idOf('material', operation),
      source: '/srm/ci-bridge',
      subject: operationKey(operation),
      time: new Date(clock.now()).toISOString(),
      sequence: null,
      correlationid: command.correlationid,
      causationid: command.id,
      traceparent: null,
    };
    yield [{ topic: 'inputs', message }];
  };
