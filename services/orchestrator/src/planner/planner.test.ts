import { embeddedDocuments } from '@srm/documents';
import { SetAside, TransientError, type Outgoing } from '@srm/messaging';
import type { Envelope, MakePlan, Message } from '@srm/schemas';
import { operationDecider } from '../operation/index.ts';
import { planning, request } from '../operation/testing.ts';
import { releasesDecider } from '../releases.ts';
import { playing } from '../testing.ts';
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

type Loads = Partial<Pick<Parameters<typeof planner>[0], 'releases' | 'operation'>>;

const askAt = async (after: number, asked = command, product: object | null = null, loads: Loads = {}): Promise<readonly unknown[]> => {
  const documents = embeddedDocuments({ file: ':memory:' });
  if (product !== null)
    await documents.collection<{ _id: string; json: string }>('frozen').insertOne({ _id: digest, json: JSON.stringify(product) });
  const never = (): Promise<never> => Promise.reject(new SetAside('an event of tomorrow'));
  const clock = { now: () => begun + after, sleep: () => Promise.resolve() };
  const said: Outgoing[] = [];
  try {
    for await (const batch of planner({ documents, clock, environment: never, releases: never, operation: never, ...loads })(asked))
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

const buildable = {
  ...productOf({ name: 'web', source: { path: '/s' }, build: { run: [['make']], output: 'o' } }),
  components: [{ name: 'web', revision: `sha256:${'1'.repeat(64)}`, dirty: false }],
};

/** How a preview that names version 1.0 is planned where that stands for `content`; null: for nothing yet. */
async function previewOf(content: string | null): Promise<readonly unknown[]> {
  const releases = playing(releasesDecider, 'releases/acme/shop');
  const taken = { operation: 'before', tenant: 'acme', product: 'shop', version: '1.0' };
  if (content !== null) releases.given({ type: 'RequestVersion', data: { ...taken, contentDigest: content } });
  const operation = playing(operationDecider, 'operation/op');
  operation.given(request({ kind: 'release', preview: true, version: '1.0' }));
  const [said] = planning([])
    .slice(0, 3)
    .flatMap((input) => operation.given(input).said.filter(({ type }) => type === 'MakePlan'));
  const { version } = said?.data as MakePlan['data'];
  const data = { ...command.data, kind: 'compile', material: digest, version };
  const loads = { releases: () => Promise.resolve(releases.state), operation: () => Promise.resolve(operation.state) };
  const reports = await askAt(0, { ...command, data }, buildable, loads);
  return reports.map((report) => (report as { errors?: unknown }).errors ?? (report as Message).type);
}

test('a preview that names a version that stands for other content is refused as the build itself would be', async () => {
  const detail = 'version 1.0 of shop is used with other content; choose another';
  expect([await previewOf('sha256:others'), await previewOf('sha256:c'), await previewOf(null)]).toEqual([
    [[{ pointer: '/version', document: null, line: null, column: null, detail }]],
    ['PlanSliced', 'PlanMade'],
    ['PlanSliced', 'PlanMade'],
  ]);
});
