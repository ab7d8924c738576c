import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One state of a product whose builds take a moment: a library, a service with a volume, a job, a service on top of all, one aside.
 * `store` and `web` stand in the sources of these; the others are always the same. `greeting` is configuration, `mode` a parameter.
 */
export type Variant = Readonly<{
  store: string;
  web: string;
  greeting: string;
  mode: string;
  fault: 'none' | 'never-ready' | 'does-not-compile';
}>;

export const services = ['aside', 'store', 'web'] as const;
export const components = ['aside', 'money', 'seed', 'store', 'web'] as const;
export const product = 'small';
export const environment = 'development';

/** Builds, services and the job write here by themselves that they ran: `build <component> <job>`, `run <component> <source> <pid>`. */
export const ledgerOf = (folder: string): string => join(folder, 'ledger');

/** Writes the sources of a variant in a folder of their own; gives the definitions and where their paths start. */
export function writeProduct(folder: string, variant: Variant, name: string): Readonly<{ yaml: string; base: string }> {
  const base = join(folder, 'sources', name);
  const drawn = `${base}.new`;
  rmSync(drawn, { recursive: true, force: true });
  const sources = { money: '1', aside: '1', seed: '1', store: variant.store, web: `${variant.web} ${variant.fault}` };
  for (const [component, source] of Object.entries(sources)) {
    const at = join(drawn, component);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'build.mjs'), builds);
    writeFileSync(join(at, 'main.mjs'), component === 'seed' ? runsOnce : serves);
    writeFileSync(join(at, 'source.json'), JSON.stringify({ component, source, fault: component === 'web' ? variant.fault : 'none' }));
  }
  rmSync(base, { recursive: true, force: true });
  cpSync(drawn, base, { recursive: true });
  rmSync(drawn, { recursive: true });
  return { yaml: definitions(ledgerOf(folder), variant), base };
}

const builds = `import { appendFileSync, cpSync, readFileSync } from 'node:fs';
const { component, fault } = JSON.parse(readFileSync('source.json', 'utf8'));
if (fault === 'does-not-compile') throw new Error('there is a fault in the source');
for (const name of ['main.mjs', 'source.json']) cpSync(name, 'dist/' + name);
appendFileSync(process.argv[2], ['build', component, process.env.SRM_JOB].join(' ') + '\\n');
`;

const begins = `import { appendFileSync, readFileSync } from 'node:fs';
const { component, source, fault } = JSON.parse(readFileSync('source.json', 'utf8'));
const { LEDGER, PORT, GREETING, MODE } = process.env;
appendFileSync(LEDGER, ['run', component, source.split(' ')[0], process.pid].join(' ') + '\\n');
`;

const runsOnce = begins;

const serves = `${begins}
import { createServer } from 'node:http';
const says = { component, source: source.split(' ')[0], greeting: GREETING ?? null, mode: MODE ?? null, pid: process.pid };
createServer((request, response) => {
  if (request.url === '/ready' && fault !== 'none') response.writeHead(503).end('no stock');
  else response.end(JSON.stringify(says));
}).listen(Number(PORT), '127.0.0.1');
`;

function definitions(ledger: string, { greeting, mode, fault }: Variant): string {
  const file = JSON.stringify(ledger);
  const build = `build: { run: [[mkdir, -p, dist], [node, build.mjs, ${file}]], output: dist }`;
  const image = 'package: { files: { dist: /app }, workdir: /app }';
  // What is to get ready has time, however busy the machine is; what never does is not waited for long.
  const served = (variables: string, more = '', within = '2m'): string => `workload:
        command: [node, main.mjs]
        variables: { PORT: '\${ports.http}', LEDGER: ${file}${variables} }
        ports: { http: { port: 8080 } }
        readinessProbe: { httpGet: { path: /ready, port: 8080 }, periodSeconds: 1 }
        readyWithin: ${within}${more}
      outputs: { url: 'http://\${service.host}:\${service.ports.http}' }`;
  return `apiVersion: srm/v1
kind: Product
metadata: { name: ${product} }
spec:
  components:
    - name: money
      type: library
      source: { path: ./money }
      ${build}
    - name: aside
      source: { path: ./aside }
      ${build}
      ${image}
      ${served('')}
    - name: store
      source: { path: ./store }
      ${build}
      ${image}
      ${served('', '\n        volumes: { /data: { source: data } }')}
    - name: seed
      source: { path: ./seed }
      ${build}
      ${image}
      workload: { kind: job, command: [node, main.mjs], variables: { STORE: '\${components.store.url}', LEDGER: ${file} } }
    - name: web
      source: { path: ./web }
      build: { needs: { money: vendor/money }, run: [[mkdir, -p, dist], [node, build.mjs, ${file}]], output: dist }
      ${image}
      dependsOn: [seed]
      specs: [spoken]
      config: { greeting: { type: string, default: hello } }
      ${served(", STORE: '${components.store.url}', GREETING: '${config.greeting}'", '', fault === 'none' ? '2m' : '3s')}
---
apiVersion: srm/v1
kind: DeploymentSpec
metadata: { name: spoken, tenant: default }
spec:
  for: [service]
  parameters: { type: object, additionalProperties: false, properties: { mode: { type: string, default: plain } } }
  workload: { variables: { MODE: '\${parameters.mode}' } }
---
apiVersion: srm/v1
kind: Environment
metadata: { name: ${environment} }
spec:
  stage: development
  target: { driver: process }
  components: { ${product}/web: { parameters: { mode: ${JSON.stringify(mode)} }, config: { greeting: ${JSON.stringify(greeting)} } } }
`;
}
