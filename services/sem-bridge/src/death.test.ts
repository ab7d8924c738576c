import { kill } from 'node:process';
import { placesOf } from './address.ts';
import { markedProcesses } from './identity.ts';
import { holderOf } from './lock.ts';
import { resourceStates, reviver, stopEverything } from './resources.ts';
import { resourceMark } from './stage.ts';
import {
  addressOf,
  carried,
  clock,
  deployOf,
  effects,
  endOf,
  get,
  imageOf,
  programs,
  service,
  until,
  urlOf,
  withWorld,
  type World,
} from './testing.ts';

// Tests run at the same time: a component of its own for each, since its address follows from its name.
const supervisor = ({ folder }: World, component: string): Promise<number> =>
  until(async () => (await holderOf(placesOf(folder, addressOf(component)).lock))?.pid ?? null);
const running = async ({ folder }: World, component: string): Promise<readonly number[]> =>
  (await markedProcesses(resourceMark(folder, addressOf(component)))).map(({ pid }) => pid);
const revived = ({ folder, dpr }: World): Promise<void> =>
  reviver({ folder, dpr, host: '127.0.0.1', path: process.env['PATH'] ?? '' }, clock)();
const answering = (url: string): ReturnType<typeof get> => until(() => get(url).catch(() => null));

test.concurrent(
  'after kill -9 of a supervisor the next one takes its process over, and starts it again when it dies',
  withWorld(async (world) => {
    const url = urlOf(
      await carried(world.driver, deployOf(await imageOf(world.dpr, programs.server('one')), service, { component: 'adopted' })),
    );
    const { pid } = await get(url);
    const first = await supervisor(world, 'adopted');
    kill(first, 'SIGKILL');
    await until(async () => ((await holderOf(placesOf(world.folder, addressOf('adopted')).lock)) === null ? true : null));
    expect((await resourceStates(world.folder)).map(({ ready, reason }) => [ready, reason])).toEqual([
      [0, "adopted's supervisor is not running"],
    ]);
    await revived(world);
    expect((await answering(url)).pid).toBe(pid);
    expect(await running(world, 'adopted')).toEqual([pid]);
    kill(pid, 'SIGKILL');
    const again = await until(async () => {
      const said = await get(url).catch(() => null);
      return said === null || said.pid === pid ? null : said;
    });
    expect(await running(world, 'adopted')).toEqual([again.pid]);
    expect((await effects(world.folder)).map(([, did]) => did)).toEqual(['started']);
  }),
);

test.concurrent(
  'kill -9 of a supervisor in the middle of an upgrade: the job goes on with the process that was started, and nothing is started twice',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, programs.server('one')), service, { component: 'upgraded' })));
    const second = deployOf(await imageOf(dpr, programs.server('two')), { ...service, settle: '700ms' }, { component: 'upgraded' });
    await driver.start(second, new AbortController().signal);
    await until(async () => ((await driver.log(second, 0)).text === '' ? null : true));
    kill(await supervisor(world, 'upgraded'), 'SIGKILL');
    expect((await endOf(driver, second)).state).toBe('succeeded');
    expect([(await get(url)).version, (await running(world, 'upgraded')).length]).toEqual(['two', 1]);
    expect((await effects(folder)).map(([, did]) => did)).toEqual(['started', 'started', 'stopped']);
  }),
);

test.concurrent(
  'a process that dies is started again and counted',
  withWorld(async (world) => {
    const url = urlOf(
      await carried(world.driver, deployOf(await imageOf(world.dpr, programs.server('one')), service, { component: 'dies' })),
    );
    await get(`${url}/die`).catch(() => null);
    await answering(url);
    const states = await until(async () => {
      const found = await resourceStates(world.folder);
      return found[0]?.health === 'healthy' && found[0].restarts === 1 ? found : null;
    });
    expect(states.map(({ wanted, ready, restarts }) => [wanted, ready, restarts])).toEqual([[1, 1, 1]]);
  }),
);

test.concurrent(
  'after everything was stopped, what is wanted is started again',
  withWorld(async (world) => {
    const url = urlOf(
      await carried(world.driver, deployOf(await imageOf(world.dpr, programs.server('one')), service, { component: 'wanted' })),
    );
    await stopEverything(world.folder, clock);
    expect([await running(world, 'wanted'), await holderOf(placesOf(world.folder, addressOf('wanted')).lock)]).toEqual([[], null]);
    await revived(world);
    expect((await answering(url)).version).toBe('one');
  }),
);
