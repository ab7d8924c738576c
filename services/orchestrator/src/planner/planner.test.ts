import { embeddedDocuments } from '@srm/documents';
import { SetAside, TransientError, type Outgoing } from '@srm/messaging';
import type { Envelope, MakePlan } from '@srm/schemas';
import { planner } from './planner.ts';

const begun = Date.parse('2026-11-24T08:00:00.000Z');
const digest = `sha256:${'0'.repeat(64)}`;
const command: Envelope<MakePlan> = {
  type: 'MakePlan',
  data: {
    operation: 'op',
    tenant: 'acme',
    kind: 'deploy',
    product: 'shop',
    environment: null,
    components: [],
    perComponent: [],
    pipeline: null,
    definitions: [{ kind: 'Product', name: 'shop', revision: 1, digest }],
    material: null,
    environmentNumber: null,
    version: null,
    release: null,
    releasesNumber: null,
    expectedPlan: null,
    deadline: 60_000,
    force: false,
    of: null,
    named: null,
    restartConsumers: null,
  },
  id: 'command',
  source: '/srm/orchestrator',
  subject: 'operation/op',
  time: new Date(begun).toISOString(),
  sequence: null,
  correlationid: 'op',
  causationid: 'event',
  traceparent: null,
};

const askAt = async (after: number, asked = command, product: object | null = null): Promise<readonly unknown[]> => {
  const documents = embeddedDocuments({ file: ':memory:' });
  if (product !== null)
    await documents.collection<{ _id: string; json: string }>('frozen').insertOne({ _id: digest, json: JSON.stringify(product) });
  const never = (): Promise<never> => Promise.reject(new SetAside('an event of tomorrow'));
  const clock = { now: () => begun + after, sleep: () => Promise.resolve() };
  const said: Outgoing[] = [];
  try {
    for await (const batch of planner({ documents, clock, environment: never, releases: never, operation: never })(asked))
      said.push(...batch);
  } finally {
    await documents.close();
  }
  return said.map((one) => ('message' in one ? { type: one.message.type, ...one.message.data } : null));
};

test('a document that is not there is waited for until the deadline of the command', async () => {
  await expect(askAt(60_000)).rejects.toThrow(TransientError);
});

test('after the deadline the plan is refused in words that name the document', async () => {
  const detail = `the plan cannot be made: the document ${digest} was not there within 60 s; put the definitions again, then ask again`;
  expect(await askAt(60_001)).toEqual([
    { type: 'PlanRefused', operation: 'op', errors: [{ pointer: '', document: null, line: null, column: null, detail }] },
  ]);
});

test('a plan that needs the history of an environment that is set aside waits with it', async () => {
  const data = { ...command.data, definitions: [], environment: 'development', environmentNumber: 3 };
  await expect(askAt(0, { ...command, data })).rejects.toThrow(SetAside);
});

const productOf = (component: object) => ({
  apiVersion: 'srm/v1',
  kind: 'Product',
  metadata: { name: 'shop' },
  spec: { components: [component] },
});

test('a plan with a step that would never fit into a message is refused in words', async () => {
  const run = Array.from({ length: 90 }, () => ['x'.repeat(10_000)]);
  const material = `sha256:${'1'.repeat(64)}`;
  const asked = { ...command, data: { ...command.data, kind: 'compile', material: digest } };
  const component = { name: 'web', source: { path: '/s' }, build: { run, output: 'o' } };
  const product = { ...productOf(component), components: [{ name: 'web', revision: material, dirty: false }] };
  expect(await askAt(0, asked, product)).toMatchObject([
    { type: 'PlanRefused', errors: [{ detail: 'the plan of web/compile is larger than 600 KB; hand over files instead of variables' }] },
  ]);
});
