/** For tests: publishes for ever, eight at a time, and prints each as soon as it is acknowledged. */
import { embeddedLog } from './embedded-log.ts';
import { hurriedClock, listLog, recordOf } from './test-world.ts';

const [, , file = '', name = ''] = process.argv;
const bus = embeddedLog({ file, clock: hurriedClock(), log: listLog() });

const write = async (writer: number): Promise<void> => {
  for (let n = 0; ; n += 1) {
    await bus.publish([recordOf('srm.inputs.v1', `writer-${writer}`, `${name}/${writer}/${n}`)]);
    process.stdout.write(`${name}/${writer}/${n}\n`);
  }
};
await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
