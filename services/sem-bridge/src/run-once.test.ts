import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { carried, deployOf, effects, imageOf, makeWorld, undoOf } from './testing.ts';

test('a job runs once for each image and configuration, and a failure says how it ended', async () => {
  const { driver, dpr, folder, close } = await makeWorld();
  try {
    const image = await imageOf(
      dpr,
      `import { appendFileSync } from 'node:fs'; appendFileSync(process.env.DATA + '/ran', process.env.BETA + '\\n');`,
    );
    const workload = {
      command: ['node', 'main.mjs'],
      variables: { DATA: '${volumes.data}', BETA: '${config.beta}' },
      volumes: { '/d': { source: 'data' } },
    };
    const job = (beta: string) =>
      deployOf(image, workload, {}, { kind: 'job', outputs: '{}', values: `{"config.beta":"${beta}"}`, configuration: beta });
    const first = job('a');
    const point = await driver.restorePoint(first);
    const ends = [
      await carried(driver, first),
      await carried(driver, first),
      await carried(driver, job('a')),
      await carried(driver, job('b')),
    ];
    expect(ends.map((end) => end.state === 'succeeded' && end.unchanged)).toEqual([false, false, true, false]);
    expect((await effects(folder)).map(([, did]) => did)).toEqual(['started', 'started']);
    expect(await readFile(path.join(folder, 'volumes/default/development/shop/cart/data/ran'), 'utf8')).toBe('a\nb\n');
    expect(await carried(driver, undoOf(first, point))).toEqual({
      state: 'succeeded',
      outputs: [{ name: 'kept', value: '["volume data of cart"]', secret: false }],
      unchanged: false,
    });
    const bad = deployOf(await imageOf(dpr, `console.error('bad rows'); process.exit(4)`), workload, {}, { kind: 'job', outputs: '{}' });
    const end = await carried(driver, bad);
    expect(end.state === 'failed' ? end.reason.replace(/after [\d.]+ s/, 'after T') : '').toBe(
      'cart ended with exit code 4 after T: bad rows',
    );
  } finally {
    await close();
  }
});
