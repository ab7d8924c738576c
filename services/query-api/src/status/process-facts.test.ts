import { deadLetterOf } from '@srm/schemas';
import { embeddedLog } from '@srm/messaging';
import { hurriedClock, listLog, recordOf } from '@srm/messaging/testing';
import { factsOf } from './process-facts.ts';

test('a process tells how far each service is behind, what lies in dead letters, and its own health', async () => {
  const clock = hurriedClock();
  const bus = embeddedLog({ file: ':memory:', clock, log: listLog() });
  const own = { service: 'query-api', ready: true, parts: [], setAside: [] };
  const facts = factsOf({ version: '1', clock, gauges: bus.gauges, health: () => [own] });
  const startedAt = clock.now();
  await bus.publish([recordOf('srm.inputs.v1', 'k', 'a'), recordOf('srm.logs.v1', 'k', 'a'), recordOf('srm.logs.v1', 'l', 'b')]);
  await bus.publish([recordOf(deadLetterOf('srm.events.v1'), 'k', 'a')]);
  const { lag, deadLetters, ...rest } = await facts();
  expect(rest).toStrictEqual({ version: '1', startedAt, services: [own], disk: null });
  expect(lag).toStrictEqual([
    { group: 'orchestrator', topic: 'srm.inputs.v1', behind: 1 },
    { group: 'query-api', topic: 'srm.events.v1', behind: 0 },
    { group: 'ci-bridge', topic: 'srm.commands.ci.v1', behind: 0 },
    { group: 'sem-bridge', topic: 'srm.commands.sem.v1', behind: 0 },
    { group: 'scm-bridge', topic: 'srm.commands.scm.v1', behind: 0 },
    { group: 'orchestrator', topic: 'srm.commands.plan.v1', behind: 0 },
    { group: 'orchestrator', topic: 'srm.commands.timer.v1', behind: 0 },
    { group: 'query-api', topic: 'srm.logs.v1', behind: 2 },
  ]);
  expect(deadLetters.map(({ topic, count }) => [topic, count])).toStrictEqual([['srm.events.v1', 1]]);
  await bus.close();
});
