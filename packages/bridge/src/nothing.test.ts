import { TransientError } from '@srm/messaging';
import { driverContract } from './contract.ts';
import type { Driver, Job } from './driver.ts';
import { nothingDriver, nothingTarget } from './nothing.ts';
import { runStep } from './testing/commands.ts';

const scripted = (job: Job) => {
  const outcome = job.component;
  if (outcome === 'fails') return { does: 'fail', reason: 'it was told to fail' } as const;
  if (outcome === 'hangs') return { does: 'hang' } as const;
  if (outcome === 'refused') return { does: 'refuse', reason: 'it was told to refuse' } as const;
  return { does: 'succeed', looks: 2 } as const;
};

const unreachable = async (): Promise<never> => {
  throw new TransientError('nobody answers');
};
const gone: Driver = {
  ...nothingDriver(nothingTarget()),
  restorePoint: unreachable,
  start: unreachable,
  observe: unreachable,
  cancel: unreachable,
};

driverContract('that does nothing', async () => {
  const target = nothingTarget();
  let attempt = 0;
  const job = (component: string) => (): Job => {
    attempt += 1;
    const { job: id, environment, inputs: _, ...data } = runStep(`${component}/deploy`, { attempt }).data;
    return { ...data, id, environment: environment ?? '', inputs: new Map(), undoes: null, restorePoint: null };
  };
  return {
    driver: nothingDriver(target, scripted),
    again: async () => nothingDriver(target, scripted),
    succeeds: job('succeeds'),
    fails: job('fails'),
    hangs: job('hangs'),
    refused: job('refused'),
    outOfReach: async () => gone,
    effects: async ({ id }) => target.effects.filter((one) => one.job === id).length,
    state: async () => [[...target.deployed], [...target.effects], [...target.tombstones]],
    close: async () => undefined,
  };
});
