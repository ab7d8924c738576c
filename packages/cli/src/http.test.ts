import { httpClient } from './client.ts';
import { scriptedServer } from './testing/index.ts';

const busy = (seconds: string) => ({
  status: 429,
  headers: { 'retry-after': seconds },
  json: { type: '/problems/busy', title: 'Too many requests', status: 429 },
});

test('a server that has too much to do is asked again when it says so, with the same key', async () => {
  const waited: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => void waited.push(milliseconds);
  const answer = { tenant: 'default', documents: [] };
  const server = await scriptedServer({ 'POST /v1/definitions': [busy('1'), busy('3'), { json: answer }] });
  const client = httpClient({ server: server.address, actor: 'ann', newId: () => 'key', fetch, sleep });
  expect(await client.define('text', '/')).toEqual(answer);
  expect([waited, server.sent.map(({ headers }) => headers['idempotency-key'])]).toEqual([
    [1000, 3000],
    ['key', 'key', 'key'],
  ]);
  await server.close();
});
