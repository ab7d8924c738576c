import { kill } from 'node:process';
import { placesOf } from './address.ts';
import { markedProcesses } from './identity.ts';
import { holderOf } from './lock.ts';
import { resourceStates, reviver, stopEverything } from './resources.ts';
import { resourceMark } from './stage.ts';
import {
  carried,
  clock,
  deployOf,
  effects,
  endOf,
  get,
  imageOf,
  makeWorld,
  programs,
  service,
  until,
  urlOf,
  type World,
} from './testing.ts';

const cart = { tenant: 'default', environment: 'development', product: 'shop', component: 'cart' };
const supervisor = ({ folder }: World): Promise<number> => until(async () => (await holderOf(placesOf(folder, cart).lock))?.pid ?? null);
const running = async ({ folder }: World): Promise<readonly number[]> =>
  (await markedProcesses(resourceMark(folder, cart))).map(({ pid }) => pid);
const revived = ({ folder, dpr }: World): Promise<void> =>
  reviver({ folder, dpr, host: '127.0.0.1', path: process.env['PATH'] ?? '' }, clock)();
const answering = (url: string): ReturnType<typeof get> => until(() => get(url).catch(() => null));

const withWorld = (body: (world: World) => Promise<void>) => async (): Promise<void> => {
  const world = await makeWorld();
  try {
    await body(world);
  } finally {
    await world.close();
  }
};

test(
  'after kill -9 of a supervisor the next one takes its process over, and starts it again when it dies',
  withWorld(async (world) => {
    const url = urlOf(await carried(world.driver, deployOf(await imageOf(world.dpr, programs.server('one')))));
    const { pid } = await get(url);
    const first = await supervisor(world);
    kill(first, 'SIGKILL');
    await until(async () => ((await holderOf(placesOf(world.folder, cart).lock)) === null ? true : null));
    expect((await resourceStates(world.folder)).map(({ ready, reason }) => [ready, reason])).toEqual([
      [0, "cart's supervisor is not running"],
    ]);
    await revived(world);
    expect((await answering(url)).pid).toBe(pid);
    expect(await running(world)).toEqual([pid]);
    kill(pid, 'SIGKILL');
    const again = await until(async () => {
      const said = await get(url).catch(() => null);
      return said === null || said.pid === pid ? null : said;
    });
    expect(await running(world)).toEqual([again.pid]);
    expect((await effects(world.folder)).map(([, did]) => did)).toEqual(['started']);
  }),
);

test(
  'kill -9 of a supervisor in the middle of an upgrade: the job goes on with the process that was started, and nothing is started twice',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, programs.server('one')))));
    const second = deployOf(await imageOf(dpr, programs.server('two')), { ...service, settle: '700ms' });
    await driver.start(second, new AbortController().signal);
    await until(async () => ((await driver.log(second, 0)).text === '' ? null : true));
    kill(await supervisor(world), 'SIGKILL');
    expect((await endOf(driver, second)).state).toBe('succeeded');
    expect([(await get(url)).version, (await running(world)).length]).toEqual(['two', 1]);
    expect((await effects(folder)).map(([, did]) => did)).toEqual(['started', 'started', 'stopped']);
  }),
);

test(
  'a process that dies is started again and counted',
  withWorld(async (world) => {
    const url = urlOf(await carried(world.driver, deployOf(await imageOf(world.dpr, programs.server('one')))));
    await get(`${url}/die`).catch(() => null);
    await answering(url);
    const states = await until(async () => {
      const found = await resourceStates(world.folder);
      return found[0]?.health === 'healthy' && found[0].restarts === 1 ? found : null;
    });
    expect(states.map(({ wanted, ready, restarts }) => [wanted, ready, restarts])).toEqual([[1, 1, 1]]);
  }),
);

test(
  'after everything was stopped, what is wanted is started again',
  withWorld(async (world) => {
    const url = urlOf(await carried(world.driver, deployOf(await imageOf(world.dpr, programs.server('one')))));
    await stopEverything(world.folder, clock);
    expect([await running(world), await holderOf(placesOf(world.folder, cart).lock)]).toEqual([[], null]);
    await revived(world);
    expect((await answering(url)).version).toBe('one');
  }),
);
