import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Codec, Log } from '@srm/messaging';
import { codecContract } from '@srm/messaging/contract';
import { registryCodec } from '@srm/messaging/registry';
import { growing, listLog, wallClock, word } from '@srm/messaging/testing';
import { registry, type Registry } from './registry.ts';

let folder = '';
let server: Registry;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'srm-registry-'));
  server = await registry(folder);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

let registries = 0;
/** Names of subjects that begin as no other: an empty registry. */
const fresh = (): string => `n${++registries}.`;
type Schemas = ReadonlyMap<string, object>;
const open = (namespace: string, schemas?: Schemas, log: Log = listLog()): Promise<Codec> =>
  registryCodec({ url: server.url, namespace, clock: wallClock, log, ...(schemas === undefined ? {} : { schemas }) });

codecContract('the registry (Apicurio, as Confluent’s)', async () => {
  const namespace = fresh();
  return { open: (schemas) => open(namespace, schemas), end: async () => undefined };
});

const text = (name: string): object => ({ name, type: 'string' });
/** A message LogChunk as `word` has it, and others with more or fewer fields. */
const chunk = (...names: readonly string[]): readonly [string, object] => [
  'LogChunk',
  { type: 'record', name: 'LogChunk', namespace: 'srm', fields: names.map(text) },
];
const saying = (codec: Codec, ...names: readonly string[]) => {
  const message = {
    ...word('operation/1', 'a'),
    data: Object.fromEntries(names.map((name) => [name, ['attempt', 'offset'].includes(name) ? 1 : name])),
  };
  return codec.encode({ topic: 'logs', message });
};
const other = (...names: readonly string[]): readonly [string, object] => [
  'Other',
  { type: 'record', name: 'Other', namespace: 'srm', fields: names.map(text) },
];

test('five that start at the same time with schemas that nobody has registered yet all start, and say the same', async () => {
  const namespace = fresh();
  const codecs = await Promise.all(Array.from({ length: 5 }, () => open(namespace)));
  const said = await Promise.all(codecs.map((codec) => saying(codec, 'operation', 'step', 'attempt', 'offset', 'text')));
  expect(said.map(({ value }) => Buffer.from(value).readUInt32BE(1))).toEqual(
    said.map(() => said[0] && Buffer.from(said[0].value).readUInt32BE(1)),
  );
});

test('who has schemas that cannot read what is registered does not start, and names each and why', async () => {
  const namespace = fresh();
  await open(namespace, new Map([chunk('text'), other('a')]));
  const today = open(namespace, new Map([chunk('text', 'size'), other('a', 'b')]));
  await expect(today).rejects.toThrow(
    new RegExp(
      `^the schema registry at ${server.url} refuses ` +
        `LogChunk \\(what is registered as ${namespace}srm.LogChunk cannot be read by it: .*size.*\\); ` +
        `Other \\(what is registered as ${namespace}srm.Other cannot be read by it: .*b.*\\)$`,
    ),
  );
  await open(namespace, new Map([chunk('text'), other('a')]));
});

/** What the registry judges a subject by. */
const level = async (subject: string): Promise<string> =>
  (await (await fetch(`${server.url}/config/${subject}`)).json()).compatibilityLevel;
const put = (where: string, body: object): Promise<Response> =>
  fetch(`${server.url}${where}`, {
    method: where.startsWith('/config') ? 'PUT' : 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  });

test('subjects are judged by BACKWARD, also where another made them without; what is stricter stays', async () => {
  const namespace = fresh();
  await put(`/subjects/${namespace}srm.LogChunk/versions`, { schema: JSON.stringify(chunk('text')[1]) });
  await put(`/config/${namespace}srm.Other`, { compatibility: 'FULL' });
  expect(await level(`${namespace}srm.LogChunk`)).toBe('NONE');
  const log = listLog();
  await open(namespace, new Map([chunk('text'), other('a')]), log);
  expect([await level(`${namespace}srm.LogChunk`), await level(`${namespace}srm.Other`)]).toStrictEqual(['BACKWARD', 'FULL']);
  expect(log.lines).toStrictEqual([`warn ${namespace}srm.LogChunk was judged by NONE at the schema registry; from now on by BACKWARD`]);
});

test('while the registry is away what is known goes on and what is not is transient; a start waits for it, and says so', async () => {
  const namespace = fresh();
  const codec = await open(namespace, new Map([chunk('text')]));
  const newer = await open(namespace, new Map([['LogChunk', { ...chunk('text')[1], doc: 'The same, newer.' }]]));
  const [known, unknown] = [await saying(codec, 'text'), await saying(newer, 'text')];
  await server.part.kill();
  expect((await codec.decode(await saying(codec, 'text'))).data).toStrictEqual({ text: 'text' });
  expect((await codec.decode(known)).data).toStrictEqual({ text: 'text' });
  await expect(codec.decode(unknown)).rejects.toMatchObject({ name: 'TransientError' });
  const lines = growing<string>();
  const log: Log = { info: () => undefined, error: () => undefined, warn: (_, line) => lines.add(line) };
  const starting = open(namespace, new Map([chunk('text')]), log);
  const [said] = await Promise.race([lines.reaches(1), starting.then(() => [])]);
  expect(said).toMatch(/^registering schemas at http:.* the schema registry cannot be reached: .*; tried again in \d+ ms$/);
  await server.part.start();
  expect((await (await starting).decode(known)).data).toStrictEqual({ text: 'text' });
  expect((await codec.decode(unknown)).data).toStrictEqual({ text: 'text' });
});

test('a registry that answers only now and then is not asked again what it has answered: a start comes to its end', async () => {
  const namespace = fresh();
  const schemas: Schemas = new Map(Array.from({ length: 30 }, (_, n) => [`T${n}`, { ...other('a')[1], name: `T${n}` }]));
  const taken: string[] = [];
  let asked = 0;
  const now = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('end', async () => {
      const { method = '', url = '', headers } = request;
      if ((asked += 1) % 20 === 0) return response.writeHead(503).end();
      const { host: _, connection: __, ...kept } = headers;
      const answer = await fetch(`${new URL(server.url).origin}${url}`, {
        method,
        headers: Object.entries(kept).map(([name, value]): [string, string] => [name, String(value)]),
        ...(method === 'GET' ? {} : { body: Buffer.concat(body) }),
      });
      if (method === 'POST' && answer.ok) taken.push(url);
      return response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
  }).listen(0, '127.0.0.1');
  await once(now, 'listening');
  const { port } = now.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${new URL(server.url).pathname}`;
  const log = listLog();
  await registryCodec({ url, namespace, schemas, log, clock: { ...wallClock, sleep: async () => undefined } });
  now.closeAllConnections();
  now.close();
  expect(log.lines[0]).toMatch(/^warn registering schemas at http:.*; tried again in \d+ ms$/);
  const subjects = [...schemas.keys()].map((name) => `/apis/ccompat/v7/subjects/${namespace}srm.${name}/versions`);
  expect(taken.sort()).toEqual(subjects.sort());
});
