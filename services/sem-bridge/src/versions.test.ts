import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '@srm/bridge';
import { placesOf } from './address.ts';
import { resourceStates } from './resources.ts';
import { carried, deployOf, get, imageOf, programs, service, undoOf, urlOf, withWorld } from './testing.ts';

const component = 'often';
const often = { tenant: 'default', environment: 'development', product: 'shop', component };

test.concurrent(
  'of ten versions deployed one after the other the files of the running one are kept; the oldest restore point still restores',
  withWorld(async ({ driver, dpr, folder }) => {
    const places = placesOf(folder, often);
    const kept = async (): Promise<readonly number[]> => [
      (await readdir(places.versions)).length,
      (await readdir(path.join(folder, 'ports'))).length,
    ];
    const undos: (readonly [Job, string | null])[] = [];
    let url = '';
    for (let count = 1; count <= 10; count += 1) {
      const job = deployOf(await imageOf(dpr, programs.server(`v${count}`)), service, { component });
      undos.push([job, await driver.restorePoint(job)]);
      url = urlOf(await carried(driver, job));
    }
    expect([(await get(url)).version, await kept()]).toEqual(['v10', [1, 2]]);
    const [second, point] = undos[1] ?? [];
    if (second === undefined || point === undefined) throw new Error('there is no second deploy');
    expect((await carried(driver, undoOf(second, point))).state).toBe('succeeded');
    expect([(await get(url)).version, await kept()]).toEqual(['v1', [1, 2]]);
  }),
);

test.concurrent(
  'a record that cannot be read is said to be so, and hides no other',
  withWorld(async ({ driver, dpr, folder }) => {
    const job = (name: string): Promise<Job> =>
      imageOf(dpr, programs.job).then((image) =>
        deployOf(image, { command: ['node', 'main.mjs'] }, { component: name }, { kind: 'job', outputs: '{}' }),
      );
    for (const name of ['aa', 'bb']) await carried(driver, await job(name));
    await writeFile(path.join(placesOf(folder, { ...often, component: 'aa' }).record, 'record.json'), '{');
    expect((await resourceStates(folder)).map(({ component: name, health, reason }) => [name, health, reason])).toEqual([
      ['aa', 'unhealthy', 'the record of aa cannot be read: it must be JSON'],
      ['bb', 'completed', null],
    ]);
  }),
);
