import { digestOf, type Product } from '@srm/definitions';
import { inserted, type Documents } from '@srm/documents';
import { idOf, type Clock, type Outgoing } from '@srm/messaging';
import { operationKey, type Envelope, type ResolveMaterial } from '@srm/schemas';

/** For simulations: answers ResolveMaterial for sources that are looked at by nobody; every component has the revision that its name gives. */
export const nothingMaterial = (documents: Documents, clock: Clock) =>
  async function* (command: Envelope): AsyncGenerator<readonly Outgoing[]> {
    const { operation, documents: definitions } = command.data as ResolveMaterial['data'];
    const frozen = documents.collection<{ _id: string; json: string }>('frozen');
    const product = definitions.find((document) => document.kind === 'Product');
    const found = await frozen.findOne({ _id: product?.digest ?? '' });
    const { spec } = JSON.parse(found?.json ?? '{}') as Product;
    const built = spec.components.filter((component) => component.source !== undefined);
    const components = built.map(({ name }) => ({ name, revision: digestOf(name), dirty: false }));
    const digest = digestOf({ components });
    await inserted(frozen, { _id: digest, json: JSON.stringify({ components }) });
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
