import { busContract } from '@srm/messaging/contract';
import { memoryBus, memoryLog } from './memory-bus.ts';
import { virtualClock } from './clock.ts';

busContract('memory', async () => {
  const log = memoryLog();
  const clock = virtualClock(0);
  let bus = memoryBus(log, clock);
  const restart = async (): Promise<typeof bus> => {
    await bus.close();
    bus = memoryBus(log, clock);
    return bus;
  };
  const end = async (): Promise<void> => {
    await bus.close();
    clock.stop();
  };
  return { bus, restart, end };
});
