import { idOf, embeddedLog, runSubscription, say, type Clock, type Handler } from '@srm/messaging';
import { httpServer, runService } from '@srm/service';
import { codec, goodStory, memory, operation, requested, silent, told } from './testing.ts';
import { queryApi } from './query-api.ts';
import type { Envelope, Message, RequestOperation } from '@srm/schemas';

const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
      if (signal?.aborted === true) {
        clearTimeout(timer);
        resolve();
      }
    }),
};

const isRequest = (message: Envelope): message is Envelope<RequestOperation> => message.type === 'RequestOperation';

/** A decider that carries out any request as the story goes, in three decisions; says everything twice. */
const decider: Handler = async function* (messages) {
  for (const message of messages) {
    if (!isRequest(message)) continue;
    const { operation: id } = message.data;
    const rest = goodStory.slice(1).map((event): Message => ({ ...event, data: { ...event.data, operation: id } }));
    const events = told(message.subject, [requested(message.data), ...rest]);
    for (const part of [events.slice(0, 4), events.slice(4, 11), events.slice(11)])
      yield [...part, ...part].map((event) => ({ topic: 'events', message: event }));
  }
};

async function served() {
  const bus = embeddedLog({ file: ':memory:', clock, log: silent });
  const service = queryApi({ documents: memory(), codec, clock, newId: () => 'n', actor: 'me', log: silent });
  const running = await runService({ service, bus, codec, clock, log: silent });
  const deciding = await runSubscription({
    bus,
    codec,
    clock,
    log: silent,
    group: 'decider',
    subscription: { topic: 'inputs', read: 'shared', on: decider },
  });
  const server = await httpServer({
    routes: service.routes,
    publish: (said) => say({ bus, codec }, said),
    clock,
    log: silent,
    host: '127.0.0.1',
    port: 0,
  });
  const close = async (): Promise<void> => {
    await server.close();
    await deciding.stop();
    await running.stop();
    await bus.close();
  };
  return { url: server.url, close };
}

test('operations and commands take 800 kB, definitions 20 MB', async () => {
  const { url, close } = await served();
  try {
    const status = async (path: string, length: number) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(url + path, { method: 'POST', headers, body: ' '.repeat(length) })).status;
    };
    expect([
      await status('/v1/operations', 800_000),
      await status('/v1/operations', 800_001),
      await status('/v1/operations/x/actions', 800_000),
      await status('/v1/operations/x/actions', 800_001),
      await status('/v1/definitions', 20_000_000),
      await status('/v1/definitions', 20_000_001),
    ]).toEqual([400, 413, 400, 413, 422, 413]);
  } finally {
    await close();
  }
});

const post = (url: string, body: object) =>
  fetch(`${url}/v1/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': '"k1"' },
    body: JSON.stringify(body),
  });

/** Reads a stream until it ends or so many events came; the numbers and names. */
async function read(url: string, after: number, most: number): Promise<string[]> {
  const cut = new AbortController();
  const answer = await fetch(url, { headers: { 'last-event-id': String(after) }, signal: cut.signal });
  const heard: string[] = [];
  if (answer.status === 204 || answer.body === null) return heard;
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) if (block.startsWith('id:') && heard.length < most) heard.push(block.split('\n').slice(0, 2).join(' '));
    if (heard.length >= most) break;
  }
  cut.abort();
  return heard;
}

test('by HTTP: asked twice, streamed in pieces, each event once, then nothing more to read', async () => {
  const { url, close } = await served();
  try {
    const id = idOf('operation', 'default', 'k1');
    const body = { kind: 'release', product: 'shop', environment: 'development' };
    const [first, again, other] = [await post(url, body), await post(url, body), await post(url, { ...body, product: 'x' })];
    expect([first.status, again.status, other.status, first.headers.get('location')]).toEqual([202, 202, 422, `/v1/operations/${id}`]);
    const heard: string[] = [];
    const stream = `${url}/v1/operations/${id}/stream`;
    while (!heard.at(-1)?.endsWith('event: end')) heard.push(...(await read(stream, heard.length, 5)));
    expect(heard).toEqual([...goodStory.map((event, index) => `id: ${index + 1} event: ${event.type}`), 'id: 17 event: end']);
    expect((await fetch(stream, { headers: { 'last-event-id': '17' } })).status).toBe(204);
    const done = await (await fetch(`${url}/v1/operations/${id}`)).json();
    expect(done).toMatchObject({ id, status: 'succeeded', number: 17 });
    expect(await (await fetch(`${url}/v1/operations/${id}/steps/store%2Fcompile/log`)).text()).toBe('');
    expect((await fetch(`${url}/`)).headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/);
    expect((await fetch(`${url}/v1/operations/${operation}`)).status).toBe(404);
  } finally {
    await close();
  }
});
