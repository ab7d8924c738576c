import { embeddedLog } from './embedded-log.ts';
import { gaugesContract } from './gauges.contract.ts';
import { hurriedClock, listLog, recordOf } from './test-world.ts';

gaugesContract('the embedded log', async () => {
  const bus = embeddedLog({ file: ':memory:', clock: hurriedClock(), log: listLog() });
  return { bus, gauges: bus.gauges, end: () => bus.close() };
});

test('what was dropped after its time is no lag, and no dead letter any more', async () => {
  const bus = embeddedLog({ file: ':memory:', clock: hurriedClock(), log: listLog() });
  const topic = 'srm.inputs.v1';
  await bus.publish([recordOf(topic, 'k', 'a'), recordOf(topic, 'k', 'b')]);
  await bus.publish([recordOf(`${topic}.dlq`, 'k', 'a'), recordOf(`${topic}.dlq`, 'k', 'b')]);
  await bus.prune(Date.UTC(2030, 0, 1));
  expect(await bus.gauges.lag([{ group: 'late', topic }])).toStrictEqual([{ group: 'late', topic, behind: 1 }]);
  expect((await bus.gauges.deadLetters([topic])).map(({ count, newest }) => [count, newest.length])).toStrictEqual([[1, 1]]);
  await bus.close();
});
