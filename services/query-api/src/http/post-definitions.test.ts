import { canonicalJson } from '@srm/definitions';
import { idOf } from '@srm/messaging';
import type { Envelope, PutDefinitions } from '@srm/schemas';
import { stillClock, told } from '../testing.ts';
import { door, type Door } from '../testing-door.ts';

const yaml = (name: string, tenant = 'default') => `apiVersion: srm/v1
kind: Environment
metadata: { name: ${name}, tenant: ${tenant} }
spec:
  stage: development
  target: { driver: process }
`;
const product = `apiVersion: srm/v1
kind: Product
metadata: { name: shop }
spec:
  type: microservices
  components:
    - name: money
      type: library
      source: { path: ./money }
      build: { run: [[npm, run, build]], output: dist }
`;
const headers = { 'content-type': 'application/yaml', 'idempotency-key': 'd1' };

const isPut = (message: Envelope): message is Envelope<PutDefinitions> => message.type === 'PutDefinitions';

/** A decider that gives everything its first revision. */
function accepts(at: Door): void {
  let number = 0;
  at.onSaid.then = async (message) => {
    if (!isPut(message)) return;
    const { tenant, requestId, bodyDigest, actor } = message.data;
    const documents = message.data.documents.map((document) => ({ ...document, revision: 1 }));
    await at.tell(
      told(message.subject, [{ type: 'DefinitionsAccepted', data: { tenant, requestId, bodyDigest, actor, documents } }], ++number),
    );
  };
}

test('documents are kept under their digests, said, and answered with their revisions', async () => {
  const at = door();
  accepts(at);
  const { status, json } = await at.call('POST', '/v1/definitions?base=/shop', { body: `${product}---\n${yaml('test')}`, headers });
  const put = at.said.find(isPut);
  const [first, second] = put?.data.documents ?? [];
  expect([status, json]).toEqual([
    200,
    {
      tenant: 'default',
      documents: [
        { kind: 'Product', name: 'shop', digest: first?.digest, revision: 1 },
        { kind: 'Environment', name: 'test', digest: second?.digest, revision: 1 },
      ],
    },
  ]);
  expect([put?.id, put?.data.requestId, put?.subject]).toEqual([
    idOf('definitions', 'default', 'd1'),
    idOf('definitions', 'default', 'd1'),
    'definitions/default',
  ]);
  const kept = await at.documents.collection<{ _id: string; json: string }>('frozen').findOne({ _id: first?.digest });
  const value: unknown = JSON.parse(kept?.json ?? '');
  expect(kept?.json).toBe(canonicalJson(value));
  expect(value).toMatchObject({ spec: { components: [{ source: { path: '/shop/money' } }] } });
  expect((await at.call('GET', '/v1/definitions?kind=Product')).json).toMatchObject({
    items: [{ id: 'default/Product/shop', revision: 1, digest: first?.digest }],
  });
});

test('the same key again gets the stored answer; with other documents it is refused', async () => {
  const at = door();
  accepts(at);
  const first = await at.call('POST', '/v1/definitions', { body: yaml('test'), headers });
  expect(await at.call('POST', '/v1/definitions', { body: yaml('test'), headers })).toEqual(first);
  expect((await at.call('POST', '/v1/definitions', { body: yaml('other'), headers })).status).toBe(422);
  expect(at.said.length).toBe(1);
});

test('while the first is undecided, the same key with other documents is refused with 422 and not said', async () => {
  const at = door(stillClock(true));
  const put = async (name: string) => (await at.call('POST', '/v1/definitions', { body: yaml(name), headers })).status;
  expect([await put('test'), await put('other'), await put('test')]).toEqual([202, 422, 202]);
  expect(at.said.length).toBe(2);
});

test('more documents than fit into one message are refused with 413, and nothing is kept or said', async () => {
  const at = door(stillClock(true));
  const body = Array.from({ length: 7000 }, (_, n) =>
    JSON.stringify({
      apiVersion: 'srm/v1',
      kind: 'Environment',
      metadata: { name: `e${n}` },
      spec: { stage: 'development', target: { driver: 'process' } },
    }),
  ).join('\n---\n');
  const { status, json } = await at.call('POST', '/v1/definitions', { body, headers });
  expect([status, json]).toMatchObject([413, { title: 'Too large', detail: '7000 documents are too many at once; send them in parts' }]);
  expect([at.said, await at.documents.collection('frozen').find({}).toArray()]).toEqual([[], []]);
});

test('every mistake has its pointer, line and column, and nothing is said', async () => {
  const at = door();
  const { status, json } = await at.call('POST', '/v1/definitions', {
    body: yaml('Test').replace('stage: development', 'stage: developmnt'),
    headers,
  });
  expect([status, json]).toMatchObject([
    422,
    {
      errors: [
        { pointer: '/metadata/name', line: 3, column: 19 },
        { pointer: '/spec/stage', line: 5, column: 10 },
      ],
    },
  ]);
  expect(at.said).toEqual([]);
});

test('documents of several tenants, a relative base, an unknown media type, bad UTF-8 are refused', async () => {
  const at = door(stillClock(true));
  const status = async (url: string, body: string | Uint8Array, type = 'application/yaml') =>
    (await at.call('POST', url, { body, headers: { 'content-type': type } })).status;
  expect([
    await status('/v1/definitions', `${yaml('a', 'one')}---\n${yaml('b', 'two')}`),
    await status('/v1/definitions?base=shop', yaml('a')),
    await status('/v1/definitions', yaml('a'), 'text/plain'),
    await status('/v1/definitions', Uint8Array.of(0xff)),
    await status('/v1/definitions', ''),
    await status('/v1/definitions', yaml('a')),
  ]).toEqual([422, 400, 415, 400, 422, 202]);
});
