import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { driverContract } from '@srm/bridge/contract';
import { processDriver } from './process-driver.ts';
import { resourceStates } from './resources.ts';
import { below, clock, deployOf, effects, imageOf, makeWorld, programs } from './testing.ts';

const brief = { command: ['node', 'main.mjs'], settle: '50ms' };
const noOutputs = { outputs: '{}' };

driverContract('process', async () => {
  const { folder, dpr, driver, again, close } = await makeWorld();
  const job = await imageOf(dpr, programs.job);
  const crash = await imageOf(dpr, programs.crash);
  const hangs = await imageOf(dpr, programs.hangs);
  let count = 0;
  const component = (): { component: string } => ({ component: `c${(count += 1)}` });
  return {
    driver,
    again: async () => again(),
    succeeds: () => deployOf(job, brief, component(), { ...noOutputs, kind: 'job' }),
    fails: () => deployOf(crash, brief, component(), { ...noOutputs, kind: 'job' }),
    hangs: () => deployOf(hangs, brief, component(), { ...noOutputs, kind: 'job' }),
    refused: () => deployOf(job, { ...brief, replicas: 2 }, component(), noOutputs),
    outOfReach: async () => {
      const file = path.join(folder, 'a-file');
      await writeFile(file, '');
      return processDriver({ folder: file, dpr, clock, newId: () => 'x', log: console, path: '', host: '127.0.0.1' });
    },
    effects: async ({ id }) => (await effects(folder)).filter(([by, did]) => by === id && did === 'started').length,
    state: async () => [
      await below(path.join(folder, 'records')),
      await below(path.join(folder, 'resources')),
      await resourceStates(folder),
    ],
    close,
  };
});
