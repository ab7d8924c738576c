import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Resource } from '@srm/cli';
import { inOneHouse, type House } from './test-house.ts';
import { running } from './test-look.ts';
import { programs } from './test-product.ts';

let house: House;
inOneHouse((made) => void (house = made));

const seen = async (component: string): Promise<Resource['observed']> =>
  (await house.client().resources({ limit: 100 })).find((resource) => resource.component === component)?.observed ?? null;

/** What is seen of a component once it is as wanted. */
async function until(component: string, is: (observed: NonNullable<Resource['observed']>) => boolean): Promise<Resource['observed']> {
  for (;;) {
    const now = await seen(component);
    if (now !== null && is(now)) return now;
    await pause(50);
  }
}

test('a killed process is seen not to be ready, then to be ready again with a restart; no operation knows of it', async () => {
  const closed = join(house.sources, 'closed');
  const ready = `if (request.url === '/ready') return response.writeHead(existsSync(${JSON.stringify(closed)}) ? 503 : 200).end();`;
  const program = programs.left
    .replace("if (request.url === '/ready') return response.end('ok');", ready)
    .replace('import { appendFileSync,', 'import { appendFileSync, existsSync,');
  await house.write('left', program);
  await house.define();
  const { operation } = await house.run();
  expect(operation.status).toBe('succeeded');
  expect(await until('left', ({ ready: count }) => count === 1)).toMatchObject({ health: 'healthy', wanted: 1, restarts: 0, reason: null });
  const { left: pid = 0 } = await running(house);
  await writeFile(closed, '');
  process.kill(pid, 'SIGKILL');
  const down = await until('left', ({ ready: count, restarts }) => count === 0 && restarts === 1);
  expect(down?.health).not.toBe('healthy');
  await rm(closed);
  expect(await until('left', ({ ready: count }) => count === 1)).toMatchObject({ health: 'healthy', wanted: 1, restarts: 1, reason: null });
  const [resource] = (await house.client().resources({ limit: 100 })).filter(({ component }) => component === 'left');
  expect([resource?.state, resource?.operation, resource?.changing]).toEqual(['running', operation.id, null]);
  expect((await house.client().status()).findings.filter(({ kind }) => kind !== 'disk')).toEqual([]);
});
