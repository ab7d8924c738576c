import { SetAside, TransientError, type Bus, type BusRecord, type Outgoing } from '@srm/messaging';
import { word } from '@srm/messaging/testing';
import type { Health } from '../health.ts';
import type { Service } from '../service.ts';
import { metricsOf } from './metrics.ts';

const at = Date.parse(word('k', 'w').time);
const health: Health = {
  service: 's',
  ready: false,
  parts: [
    {
      name: 'srm.inputs.v1',
      state: 'running',
      lastError: null,
      deadLetters: 0,
      setAside: [{ what: 'operation/1', reason: 'no', since: 0 }],
    },
    { name: 'loop 1', state: 'stopped', lastError: null, deadLetters: 0, setAside: [] },
  ],
  setAside: [{ what: 'operation/2', reason: 'no', since: 0 }],
};
const made = () =>
  metricsOf({ service: 's', version: '1.2.3', clock: { now: () => at + 2_500, sleep: async () => undefined }, health: () => health });
const linesOf = async (metrics: ReturnType<typeof made>): Promise<readonly string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith('srm_') && !/_bucket|_sum/.test(line));

const record = (topic: string, type: string): BusRecord => ({ topic, key: 'k', headers: [['ce_type', type]], value: Buffer.from('') });
const bus = (publish: Bus['publish']): Bus => ({ publish, close: async () => undefined, subscribe: () => Promise.reject(new Error('no')) });

const drained = async (said: AsyncIterable<unknown> = empty()): Promise<void> => {
  for await (const _ of said);
};
async function* empty(): AsyncGenerator<never> {}

test('what is acknowledged is counted by its type, dead letters by their topic, what waits for its acknowledgement is shown', async () => {
  const metrics = made();
  let acknowledge = (): void => undefined;
  const counted = metrics.bus(bus(() => new Promise((resolve) => (acknowledge = resolve))));
  const published = counted.publish([record('srm.events.v1', 'StepStarted'), record('srm.inputs.v1.dlq', 'JobStarted')]);
  expect(await linesOf(metrics)).toContain('srm_outbox_pending{service="s"} 2');
  acknowledge();
  await published;
  expect(await linesOf(metrics)).toEqual([
    'srm_build_info{version="1.2.3",service="s"} 1',
    'srm_events_published_total{type="StepStarted",service="s"} 1',
    'srm_outbox_pending{service="s"} 0',
    'srm_dead_letters_total{topic="srm.inputs.v1",service="s"} 1',
    'srm_part_up{part="srm.inputs.v1",service="s"} 1',
    'srm_part_up{part="loop 1",service="s"} 0',
    'srm_set_aside{service="s"} 2',
  ]);
});

test('what is handled is counted by group and outcome, the age of what was folded last in seconds', async () => {
  const metrics = made();
  const failing: (Error | null)[] = [null, new TransientError('t'), new SetAside('a'), new Error('e')];
  const on = async function* (): AsyncGenerator<readonly Outgoing[]> {
    const error = failing.shift() ?? null;
    if (error !== null) throw error;
    yield [];
  };
  const service: Service = { name: 's', consumes: [{ topic: 'events', read: 'shared', on }], loops: [], routes: [] };
  const counted = metrics.service(service).consumes[0];
  for (let times = 0; times < 4; times += 1) await drained(counted?.on([word('k', 'a'), word('k', 'b')])).catch(() => undefined);
  expect((await linesOf(metrics)).filter((line) => /consumed|lag/.test(line))).toEqual([
    'srm_events_consumed_total{group="s",outcome="handled",service="s"} 2',
    'srm_events_consumed_total{group="s",outcome="retried",service="s"} 2',
    'srm_events_consumed_total{group="s",outcome="set-aside",service="s"} 2',
    'srm_events_consumed_total{group="s",outcome="failed",service="s"} 2',
    'srm_projection_lag_seconds{projection="srm.events.v1",service="s"} 2.5',
  ]);
});

test('operations and steps that ended are counted and timed', async () => {
  const metrics = made();
  metrics.operation('release', 'succeeded', 12);
  metrics.step('sem', 'deploy', 'failed', 3);
  expect((await linesOf(metrics)).filter((line) => /operation|step/.test(line))).toEqual([
    'srm_operations_total{kind="release",outcome="succeeded",service="s"} 1',
    'srm_operation_duration_seconds_count{service="s",kind="release",outcome="succeeded"} 1',
    'srm_step_duration_seconds_count{service="s",system="sem",action="deploy",outcome="failed"} 1',
  ]);
});
