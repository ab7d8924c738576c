import { asideContract } from './aside.contract.ts';
import { embeddedLog } from './embedded-log.ts';
import { hurriedClock, listLog } from './test-world.ts';

asideContract('the embedded log', async () => {
  const bus = embeddedLog({ file: ':memory:', clock: hurriedClock(), log: listLog() });
  return { aside: bus.aside, end: () => bus.close() };
});
