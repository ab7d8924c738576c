import { httpClient } from './client.ts';
import { Refused, Unreachable } from './http.ts';
import { follow } from './stream.ts';
import { scriptedServer } from './testing/scripted-server.ts';
import type { Reply } from './testing/scripted-server.ts';

const event = (number: number): string =>
  `id: ${number}\nevent: StepStarted\ndata: {"sequence":${number},"data":{"operation":"op-1","step":"web/deploy"}}\n\n`;
const end = 'event: end\ndata: {}\n\n';

/** The numbers that come, and after which number each connection asked. */
async function followed(replies: readonly Reply[], after = 0) {
  const server = await scriptedServer({ 'GET /v1/operations/op-1/stream': replies });
  const sleep = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const client = httpClient({ server: server.address, actor: 'ann', newId: () => 'key', fetch, sleep });
  const numbers: number[] = [];
  try {
    for await (const { number } of follow(client, 'op-1', after, sleep, new AbortController().signal)) numbers.push(number);
    return { numbers, asked: server.sent.map(({ headers }) => headers['last-event-id']) };
  } finally {
    await server.close();
  }
}

test('a stream that is cut goes on after the last event that came: nothing is missing, nothing comes twice', async () => {
  const replies = [
    { text: `: hello\n\n${event(4)}${event(5)}id: 6\nevent: Step`, cut: true },
    { status: 503, json: { title: 'Draining', status: 503 } },
    { text: event(5) + event(6), cut: true },
    { text: event(7) + end },
  ];
  expect(await followed(replies, 3)).toEqual({ numbers: [4, 5, 6, 7], asked: ['3', '5', '5', '6'] });
});

test('an event says which step it is about', async () => {
  const server = await scriptedServer({
    'GET /v1/operations/op-1/stream': [{ text: `${event(1)}id: 2\nevent: OperationStarted\ndata: {"data":{}}\n\n${end}` }],
  });
  const client = httpClient({ server: server.address, actor: 'ann', newId: () => 'key', fetch, sleep: () => Promise.resolve() });
  const steps: (string | null)[] = [];
  for await (const { step } of follow(client, 'op-1', 0, () => Promise.resolve(), new AbortController().signal)) steps.push(step);
  await server.close();
  expect(steps).toEqual(['web/deploy', null]);
});

test('a stream that the server ends without an ending is asked for again; 204 says that all was read', async () => {
  expect(await followed([{ text: event(1) }, { status: 204, text: '' }])).toEqual({ numbers: [1], asked: ['0', '1'] });
});

test('an operation that is not there is refused at once', async () => {
  await expect(followed([{ status: 404, json: { title: 'Not found', status: 404 } }])).rejects.toThrow(Refused);
});

test('a server that stays away is given up', async () => {
  const sleep = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const client = httpClient({ server: 'http://127.0.0.1:1', actor: 'ann', newId: () => 'key', fetch, sleep });
  const all = follow(client, 'op-1', 0, sleep, new AbortController().signal);
  await expect(all.next()).rejects.toThrow(Unreachable);
});
