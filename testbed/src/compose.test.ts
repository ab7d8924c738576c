import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settings as ci } from '@srm/ci-bridge/config';
import { settings as orchestrator } from '@srm/orchestrator/config';
import { settings as query } from '@srm/query-api/config';
import { settings as scm } from '@srm/scm-bridge/config';
import { settings as sem } from '@srm/sem-bridge/config';
import { readSettings, type Settings } from '@srm/service';
import { shared } from '@srm/service/process';
import { parse } from 'yaml';
import { serviceNames, type ServiceName } from './fleet.ts';

const home = fileURLToPath(new URL('../../', import.meta.url));
const dockerfile = readFileSync(`${home}Dockerfile`, 'utf8');
type Part = Readonly<{
  image: string;
  build?: string;
  command?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  ports?: readonly string[];
  healthcheck?: Readonly<{ test: readonly string[] }>;
  depends_on?: Readonly<Record<string, Readonly<{ condition: string }>>>;
  volumes?: readonly string[];
}>;
const file: Readonly<{ services: Readonly<Record<string, Part>>; volumes: Readonly<Record<string, null>> }> = parse(
  readFileSync(`${home}docker-compose.yml`, 'utf8'),
  { merge: true },
);
const own: Readonly<Record<ServiceName, Settings>> = {
  orchestrator,
  'ci-bridge': ci,
  'sem-bridge': sem,
  'scm-bridge': scm,
  'query-api': query,
};
/** Of the image: variables that it sets for all. */
const ofImage = Object.fromEntries(
  [...dockerfile.matchAll(/(\w+)=(\S+)/g)].flatMap(([, name, value]) => (/^(HEALTH_|NODE_ENV)/.test(name ?? '') ? [[name, value]] : [])),
);

test('there is every service, and what they need', () => {
  expect(Object.keys(file.services)).toEqual(['kafka', 'registry', 'mongodb', ...serviceNames]);
});

test.each(serviceNames)('%s has a command that is there, and an environment that it takes', (name) => {
  const { command, environment = {} } = file.services[name] ?? { environment: {} };
  expect(command).toEqual(['node', `services/${name}/dist/main.js`]);
  expect(existsSync(`${home}services/${name}/src/main.ts`)).toBe(true);
  expect(Object.entries(environment).filter(([, value]) => typeof value !== 'string')).toEqual([]);
  const none = (path: string): string => {
    throw new Error(`no ${path}`);
  };
  expect(readSettings({ ...shared, ...own[name] }, { ...ofImage, ...environment }, none)).toMatchObject({ config: { healthPort: 7071 } });
  const known = Object.values({ ...shared, ...own[name] }).map((one) => one.name);
  expect(Object.keys(environment).filter((one) => !known.includes(one))).toEqual([]);
});

test('every image is pinned to a version, in both files', () => {
  const images = [
    ...Object.values(file.services).map(({ image }) => image),
    ...[...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image),
  ];
  expect(images.filter((image) => !/:\d+\.\d+\.\d+(-[\w.-]+)?$/.test(image ?? ''))).toEqual([]);
});

test('one port is published, to this machine alone', () => {
  expect(Object.values(file.services).flatMap(({ ports = [] }) => ports)).toEqual(['127.0.0.1:7070:7070']);
});

test('each part says how it is, and waits for those that it needs to say so', () => {
  expect(Object.entries(file.services).filter(([, { healthcheck }]) => (healthcheck?.test.length ?? 0) < 2)).toEqual([]);
  const needs = Object.values(file.services).flatMap(({ depends_on = {} }) => Object.entries(depends_on));
  expect(needs.filter(([name, { condition }]) => !(name in file.services) || condition !== 'service_healthy')).toEqual([]);
  for (const name of serviceNames) expect(Object.keys(file.services[name]?.depends_on ?? {})).toEqual(['kafka', 'registry', 'mongodb']);
});

test('volumes that are named are declared', () => {
  const named = Object.values(file.services).flatMap(({ volumes = [] }) => volumes.map((one) => one.split(':')[0] ?? ''));
  expect([...new Set(named.filter((one) => !one.startsWith('.')))].sort()).toEqual(Object.keys(file.volumes).sort());
  expect(named.filter((one) => one.startsWith('.') && !existsSync(`${home}${one}`))).toEqual([]);
});

test('the image runs as no root, and takes over only what is there', () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
  expect(/^USER (\w+)$/m.exec(last)?.[1]).toBe('node');
  const taken = [...last.matchAll(/^COPY --from=build \/srm\/(\S+)/gm)].map(([, name]) => name ?? '');
  expect(taken.filter((name) => name !== 'tools' && !existsSync(`${home}${name}`))).toEqual([]);
});
