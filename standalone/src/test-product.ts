/**
 * For system tests: a product whose builds copy files, so that a whole release takes seconds.
 *
 *   money (library) ──────────────┐
 *   store ── seed (job) ─┬─ left ─┴─ front        left, right and seed know the store's address too
 *    (volume)            └─ right ─┘
 */
export const names = ['money', 'store', 'seed', 'left', 'right', 'front'] as const;
export type Name = (typeof names)[number];

/** What one test wants to be otherwise. */
export type Changes = Readonly<{
  product?: string;
  environment?: string;
  /** What the environment sets, by component: spec, parameters, config. */
  set?: Readonly<Partial<Record<Name, object>>>;
  pipeline?: 'eager' | 'buildFirst';
  onFailure?: 'compensate' | 'hold' | 'keep';
  /** Keys of a component that replace its own. */
  components?: Readonly<Partial<Record<Name, object>>>;
  /** Keys of a workload that replace its own. */
  workloads?: Readonly<Partial<Record<Name, object>>>;
}>;

const listening = (body: string): string => `import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const { env } = process;
const ask = async (url) => (await fetch(url)).json();
const answers = async (request) => { ${body} };
createServer(async (request, response) => {
  if (request.url === '/ready') return response.end('ok');
  try {
    response.end(JSON.stringify(await answers(request)));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}).listen(Number(env.PORT), '127.0.0.1');
`;

const store = `const at = env.DATA + '/fruits';
appendFileSync(env.DATA + '/starts', 'start\\n');
appendFileSync(at, '');
`;

/** The source of each component that works; \`left\` says which version it is. */
export const programs: Readonly<Record<Name, string>> = {
  money: `export const money = (cents) => (cents / 100).toFixed(2);\n`,
  store: listening(`if (request.method === 'PUT') appendFileSync(at, request.url.slice(1) + '\\n');
  return readFileSync(at, 'utf8').trim().split('\\n');`).replace('const ask', `${store}const ask`),
  seed: `const answer = await fetch(process.env.STORE_URL + '/apple', { method: 'PUT' });\nif (!answer.ok) process.exit(1);\n`,
  left: listening(`return { version: 'left 1', beta: env.BETA, tune: env.TUNE ?? null, fruits: await ask(env.STORE_URL) };`),
  right: listening(`return { fruits: await ask(env.STORE_URL) };`),
  front: `import { money } from './vendor/money/main.mjs';\n${listening(
    `return { greeting: env.GREETING, price: money(1234), left: await ask(env.LEFT_URL), right: await ask(env.RIGHT_URL) };`,
  )}`,
};

/** Never ready, in words. */
export const neverReady = `import { createServer } from 'node:http';
createServer((request, response) => response.writeHead(503).end('no stock')).listen(Number(process.env.PORT), '127.0.0.1');
`;

const copied = { run: [['mkdir', 'dist'], ['cp', 'main.mjs', 'dist']], output: 'dist' }; // prettier-ignore
const packaged = { package: { files: { dist: '/app' }, workdir: '/app' } };
const url = { outputs: { url: 'http://${service.host}:${service.ports.http}' } };
const service = (variables: object): object => ({
  command: ['node', 'main.mjs'],
  variables: { PORT: '${ports.http}', ...variables },
  ports: { http: { port: 8080 } },
  readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
});
const storeUrl = { STORE_URL: '${components.store.url}' };

const own: Readonly<Record<Name, Readonly<{ component: object; workload: object | null }>>> = {
  money: { component: { type: 'library', build: copied }, workload: null },
  store: {
    component: { build: copied, ...packaged, ...url },
    workload: { ...service({ DATA: '${volumes.data}' }), volumes: { '/data': { source: 'data' } } },
  },
  seed: {
    component: { build: copied, ...packaged },
    workload: { kind: 'job', command: ['node', 'main.mjs'], variables: storeUrl },
  },
  left: {
    component: { build: copied, ...packaged, ...url, dependsOn: ['seed'], config: { beta: { type: 'boolean', default: false } } },
    workload: service({ ...storeUrl, BETA: '${config.beta}' }),
  },
  right: { component: { build: copied, ...packaged, ...url, dependsOn: ['seed'] }, workload: service(storeUrl) },
  front: {
    component: {
      build: {
        needs: { money: 'vendor/money' },
        run: [['mkdir', 'dist'], ['cp', '-R', 'main.mjs', 'vendor', 'dist']], // prettier-ignore
        output: 'dist',
      },
      ...packaged,
      ...url,
      config: { greeting: { type: 'string', default: 'hello' } },
    },
    workload: service({ GREETING: '${config.greeting}', LEFT_URL: '${components.left.url}', RIGHT_URL: '${components.right.url}' }),
  },
};

/** Product, spec and environment as one text: JSON documents are YAML documents. */
export function definitions({ product = 'diamond', environment = 'development', ...changes }: Changes): string {
  const components = names.map((name) => {
    const { component, workload } = own[name];
    const whole = workload === null ? {} : { workload: { ...workload, ...changes.workloads?.[name] } };
    return { name, source: { path: `./${name}` }, ...component, ...whole, ...changes.components?.[name] };
  });
  const parameters = { type: 'object', additionalProperties: false, properties: { tune: { type: 'integer', default: 1 } } };
  const set = Object.fromEntries(Object.entries(changes.set ?? {}).map(([name, value]) => [`${product}/${name}`, value]));
  const pipeline = changes.pipeline === undefined ? {} : { pipeline: changes.pipeline };
  const onFailure = changes.onFailure === undefined ? {} : { onFailure: changes.onFailure };
  const documents = [
    { kind: 'Product', metadata: { name: product }, spec: { components } },
    {
      kind: 'DeploymentSpec',
      metadata: { name: 'tuned', tenant: 'default' },
      spec: { for: ['service'], parameters, workload: { variables: { TUNE: '${parameters.tune}' } } },
    },
    {
      kind: 'Environment',
      metadata: { name: environment },
      spec: { stage: 'development', target: { driver: 'process' }, ...pipeline, ...onFailure, components: set },
    },
  ];
  return documents.map((document) => JSON.stringify({ apiVersion: 'srm/v1', ...document })).join('\n---\n');
}
