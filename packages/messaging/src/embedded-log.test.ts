import { join } from 'node:path';
import { busContract } from './bus.contract.ts';
import { embeddedLog } from './embedded-log.ts';
import { hurriedClock, inFolder, listLog } from './test-world.ts';

const memory = () => embeddedLog({ file: ':memory:', clock: hurriedClock(), log: listLog() });

busContract('the embedded log', async () => {
  const left = { folder: (): void => undefined };
  const folder = new Promise<string>((resolve) => {
    void inFolder(async (path) => {
      resolve(path);
      await new Promise<void>((done) => (left.folder = done));
    });
  });
  const open = async () => embeddedLog({ file: join(await folder, 'log.db'), clock: hurriedClock(), log: listLog(), synchronous: 'off' });
  let bus = await open();
  return {
    bus,
    restart: async () => {
      await bus.close();
      bus = await open();
      return bus;
    },
    end: async () => {
      await bus.close();
      left.folder();
    },
  };
});
