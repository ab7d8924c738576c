import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '@srm/bridge';
import { below, deployOf, imageOf, jobOf, makeWorld, programs, service, writeImage, type World } from './testing.ts';

let world: World;
let image: string;
beforeAll(async () => {
  world = await makeWorld();
  image = await imageOf(world.dpr, programs.job);
});
afterAll(() => world.close());

const refusalOf = async (job: Job): Promise<string | null> => (await world.driver.start(job, new AbortController().signal)).refused;

test('what this target cannot do is refused in words, before anything is there', async () => {
  const told = async (workload: object): Promise<string | null> => refusalOf(deployOf(image, workload));
  expect(await told({ ...service, replicas: 3 })).toBe(
    'cart: 3 replicas are not supported yet where components run as processes: choose the spec single, or replicas: 1',
  );
  expect(await told({ ...service, command: ['/usr/bin/node', 'main.mjs'] })).toBe(
    'cart: the command /usr/bin/node is an absolute path into the image: here commands run as processes, so name it relative to workdir',
  );
  expect(await told({ ...service, variables: { URL: '${components.store.url}' } })).toBe('cart: nothing provides ${components.store.url}');
  expect(await told({ ...service, readinessProbe: { httpGet: { path: '/', port: 9 } } })).toBe(
    "cart: readinessProbe.httpGet.port 9 is none of the workload's ports: add it to workload.ports",
  );
  expect(await told({ ...service, volumes: { '/data': { source: '../../etc' } } })).toBe(
    'cart: "../../etc" cannot name a volume: a letter, then letters, digits or -',
  );
  expect(await told({ ...service, settle: 'soon' })).toBe(
    'cart: workload/settle must be a duration: seconds as a number, or like 500ms, 30s, 2m',
  );
  expect(await refusalOf(deployOf(image, {}, {}, { outputs: '{}' }))).toBe(
    'cart: neither the workload nor its image says a command: add workload.command',
  );
  expect(await refusalOf(jobOf('scale'))).toBe('cart: not supported yet by target process: one replica');
  expect(await refusalOf(jobOf('explode'))).toBe('cart: components that run as processes cannot be asked to explode');
  expect(await below(path.join(world.folder, 'records'))).toEqual([]);
});

test.each(['..', '../other', 'a/b', '', 'Cart', '-x', '@x', '__proto__', 'x'.repeat(31), 'a\0b'])(
  '%j is no name of a component',
  async (component) => {
    expect(await refusalOf(deployOf(image, service, { component }))).toMatch(/is no name: a letter, then letters, digits or -/);
    expect(await below(path.join(world.folder, 'records'))).toEqual([]);
  },
);

test('an image that is not there, was changed, or is no digest is refused', async () => {
  const absent = `sha256:${'0'.repeat(64)}`;
  expect(await refusalOf(deployOf(absent))).toBe(`cart: ${absent} is not in the image repository: package the component again`);
  expect(await refusalOf(deployOf('../../x'))).toBe('cart: "../../x" is no image digest: sha256: and 64 hex digits');
  const changed = await writeImage(world.dpr, { 'app/main.mjs': 'changed' });
  const at = path.join(world.dpr, 'blobs', 'sha256', changed.slice('sha256:'.length));
  await writeFile(at, `${await readFile(at, 'utf8')} `);
  expect(await refusalOf(deployOf(changed))).toBe(
    `cart: what the image repository holds as ${changed} is something else: it was changed after it was packaged`,
  );
});
