import { createReadStream } from 'node:fs';
import { readFile, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { unpackTarGz } from '@srm/bridge/archive';
import { folderDpr } from './dpr.ts';
import { isRecord } from './json.ts';
import {
  anyBuildId,
  compileJob,
  driverOf,
  effectsIn,
  never,
  outputsOf,
  packageJob,
  place,
  run,
  script,
  source,
  within,
  type Place,
} from './testing.ts';

const makes = `const fs = require('fs'); fs.mkdirSync('dist/lib', { recursive: true }); fs.writeFileSync('dist/main.js', 'main', { mode: 0o755 });
  fs.writeFileSync('dist/lib/a.js', 'a'); fs.symlinkSync('lib/a.js', 'dist/b.js')`;

async function artifactIn(where: Place, buildId = anyBuildId()): Promise<string> {
  const folder = await source(where, 'catalogue', { 'main.js': '1' });
  return outputsOf(await run(where, await compileJob('catalogue', folder, { run: [script(makes)], buildId })))['artifact'] ?? '';
}

const dprOf = (where: Place): string => path.join(where.data, 'dpr');
const json = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));
const blob = (where: Place, digest: unknown): string => path.join(dprOf(where), 'blobs/sha256', String(digest).slice('sha256:'.length));
const first = (value: unknown): Readonly<Record<string, unknown>> => {
  const item: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(item)) throw new Error('no object');
  return item;
};

test(
  'an artifact becomes an image of one layer in an OCI image layout',
  within(async (where) => {
    const job = packageJob('catalogue', await artifactIn(where), { dist: '/app', 'dist/lib': '/opt/lib', 'main.js': '/bin/' }, '1.2.3+abc');
    const outputs = outputsOf(await run(where, job));
    const digest = outputs['image'] ?? '';
    expect(await json(path.join(dprOf(where), 'oci-layout'))).toEqual({ imageLayoutVersion: '1.0.0' });
    const index = first(await json(path.join(dprOf(where), 'index.json')));
    const { size } = first(index['manifests']);
    expect(index).toEqual({
      schemaVersion: 2,
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest,
          size,
          annotations: { 'org.opencontainers.image.ref.name': 'shop/catalogue:1.2.3_abc', 'srm.ref': expect.any(String) },
        },
      ],
    });
    const dpr = folderDpr(dprOf(where), () => 0);
    const { config, layers } = await dpr.open(digest);
    const layer = first(layers);
    const labels = {
      'org.opencontainers.image.created': '1970-01-01T00:00:00.000Z',
      'org.opencontainers.image.title': 'shop/catalogue',
      'org.opencontainers.image.version': '1.2.3+abc',
    };
    expect(await json(blob(where, first(config)['digest']))).toEqual({
      created: '1970-01-01T00:00:00.000Z',
      architecture: { x64: 'amd64', arm64: 'arm64' }[process.arch as 'x64' | 'arm64'],
      os: process.platform,
      config: { WorkingDir: '/app', Labels: labels },
      rootfs: { type: 'layers', diff_ids: [expect.stringMatching(/^sha256:[0-9a-f]{64}$/)] },
      history: [{ created: '1970-01-01T00:00:00.000Z', created_by: 'srm package' }],
    });
    const into = path.join(where.folder, 'image');
    await unpackTarGz(createReadStream(blob(where, layer['digest'])), into);
    const names = ['app', 'app/b.js', 'app/lib', 'app/lib/a.js', 'app/main.js', 'bin', 'bin/main.js', 'opt', 'opt/lib', 'opt/lib/a.js'];
    expect((await readdir(into, { recursive: true })).sort()).toEqual(names);
    expect(await readlink(path.join(into, 'app/b.js'))).toBe('lib/a.js');
    const total = Number(layer['size']) + Number(first(config)['size']) + Number(size);
    expect(outputs).toEqual({ image: digest, size: String(total) });
  }),
);

test('the same artifact gives the same image in every place, once', async () => {
  const buildId = anyBuildId();
  const images = [0, 1].map(async () => {
    const where = await place();
    const artifact = await artifactIn(where, buildId);
    const ends = [];
    for (const job of [0, 1].map(() => packageJob('catalogue', artifact, { dist: '/app' }))) ends.push(await run(where, job));
    const effects = (await effectsIn(where)).filter((line) => line.startsWith('package '));
    await where.close();
    return [...ends, effects.length];
  });
  const [one, other] = await Promise.all(images);
  expect(other).toEqual(one);
  const image = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as unknown;
  const outputs = [expect.objectContaining({ name: 'image', value: image }), expect.objectContaining({ name: 'size' })];
  expect(one).toEqual([{ state: 'succeeded', outputs, unchanged: false }, { state: 'succeeded', outputs, unchanged: true }, 1]);
});

test(
  'what cannot be packaged is said in a sentence',
  within(async (where) => {
    const artifact = await artifactIn(where);
    const missing = artifact.replace(/[0-9a-f]{64}$/, '0'.repeat(64));
    const jobs: readonly (readonly [job: ReturnType<typeof packageJob>, reason: string])[] = [
      [
        packageJob('catalogue', artifact, { docs: '/app' }),
        'catalogue: package.files names docs, which the artifact has not; it holds what the build left in dist',
      ],
      [packageJob('catalogue', artifact, { 'main.js': '/x', 'lib/a.js': '/x' }), 'catalogue: package.files puts two things at /x'],
      [packageJob('catalogue', artifact, { 'main.js': '/x', lib: '/x' }), 'catalogue: package.files puts two things at /x'],
      [packageJob('catalogue', missing, { dist: '/app' }), `catalogue: ${missing} is not in the binary package repository`],
    ];
    const ends = await Promise.all(jobs.map(([job]) => run(where, job)));
    expect(ends).toEqual(jobs.map(([, reason]) => ({ state: 'failed', reason, code: 'refused', retryable: false, effect: 'none' })));
    const refused = await Promise.all(
      [
        packageJob('catalogue', artifact, {}),
        packageJob('catalogue', artifact, { dist: 'app' }),
        packageJob('catalogue', artifact, { '../x': '/app' }),
        packageJob('catalogue', artifact, { dist: '/../app' }),
      ].map((job) => driverOf(where).start(job, never)),
    );
    expect(refused.map((started) => started.refused)).toEqual([
      'catalogue: package.files is to say what goes where: { dist: /app }',
      'catalogue: package.files/dist is to be an absolute path in the image',
      'catalogue: package.files is "../x"; it is to be a path inside the component\'s folder',
      'catalogue: package.files/dist is to be an absolute path in the image',
    ]);
  }),
);

test(
  'jobs that package at the same time all come into the index',
  within(async (where) => {
    const artifact = await artifactIn(where);
    const versions = ['1.0.0', '1.0.1', '1.0.2'];
    const ends = await Promise.all(versions.map((version) => run(where, packageJob('catalogue', artifact, { dist: '/app' }, version))));
    expect(ends.map((end) => end.state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const { manifests } = first(await json(path.join(dprOf(where), 'index.json')));
    const digests = Array.isArray(manifests) ? manifests.map((manifest: unknown) => first(manifest)['digest']) : [];
    expect(digests.sort()).toEqual(ends.map((end) => outputsOf(end)['image']).sort());
  }),
);
