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

test('a scale sets the number, its undo brings the number before back; a stop keeps it', async () => {
  const target = nothingTarget();
  const driver = nothingDriver(target);
  let attempt = 100;
  const does = async (action: string, inputs: Readonly<Record<string, string>>, undoing: Partial<Job> = {}): Promise<Job> => {
    attempt += 1;
    const { job: id, environment, inputs: _, ...data } = runStep(`cart/${action}`, { attempt }).data;
    const job: Job = {
      ...data,
      id,
      action,
      environment: environment ?? '',
      inputs: new Map(Object.entries(inputs)),
      undoes: null,
      restorePoint: null,
      ...undoing,
    };
    const restorePoint = await driver.restorePoint(job);
    await driver.start(job, new AbortController().signal);
    return { ...job, restorePoint };
  };
  const counts = (): readonly number[] => [...target.replicas.values()];
  await does('deploy', { image: 'sha256:1', workload: '{"replicas":2}' });
  const scaled = await does('scale', { replicas: '5' });
  expect([counts(), scaled.restorePoint]).toEqual([[5], '{"was":"sha256:1","replicas":2}']);
  await does('stop', {});
  expect(counts()).toEqual([5]);
  await does('undo', {}, { undoes: 'cart/scale', restorePoint: scaled.restorePoint });
  expect(counts()).toEqual([2]);
  await does('start', { replicas: '5' });
  expect(counts()).toEqual([5]);
});
