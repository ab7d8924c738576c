import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { freePort, isFree } from './port.ts';

async function listening(): Promise<Readonly<{ server: Server; port: number }>> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return { server, port: typeof bound === 'object' && bound !== null ? bound.port : 0 };
}

test('a busy port is seen, and the next free one is found', async () => {
  const { server, port } = await listening();
  expect(await isFree('127.0.0.1', port)).toBe(false);
  expect(await freePort('127.0.0.1', port)).toBeGreaterThan(port);
  server.close();
  await once(server, 'close');
  expect(await isFree('127.0.0.1', port)).toBe(true);
  expect(await freePort('127.0.0.1', port)).toBe(port);
});
