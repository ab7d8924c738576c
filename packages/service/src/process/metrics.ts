import { headerOf, isSetAside, isTransient, type Bus, type BusRecord, type Clock, type Outgoing, type Subscription } from '@srm/messaging';
import { topics } from '@srm/schemas';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Health } from '../health.ts';
import type { Service } from '../service.ts';

export type MetricsParts = Readonly<{ service: string; version: string; clock: Clock; health: () => Health | null }>;

/** What a process counts of itself, under the names that the READMEs list; no label is an id or a person. */
export type Metrics = Readonly<{
  /** The same service, counted. */
  service: (service: Service) => Service;
  /** The same bus, counted. */
  bus: (bus: Bus) => Bus;
  /** An operation has ended; seconds since it was asked for. */
  operation: (kind: string, outcome: string, seconds: number) => void;
  /** A step has ended; seconds since it began. */
  step: (system: string, action: string, outcome: string, seconds: number) => void;
  /** All of it in the format of Prometheus. */
  text: () => Promise<string>;
  contentType: string;
}>;

const durations = [0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1800, 3600];
/** What views are made of. */
const projected: readonly Subscription['topic'][] = ['events', 'logs'];

export function metricsOf({ service: name, version, clock, health }: MetricsParts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  registry.setDefaultLabels({ service: name });
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, ...labelNames: string[]) => new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, ...labelNames: string[]) => new Gauge({ name, help, labelNames, registers });
  const timed = (name: string, help: string, ...labelNames: string[]) =>
    new Histogram({ name, help, labelNames, registers, buckets: durations });

  gauge('srm_build_info', 'The version that runs, always 1', 'version').set({ version }, 1);
  const published = counter('srm_events_published_total', 'Messages that the bus has acknowledged', 'type');
  const consumed = counter('srm_events_consumed_total', 'Messages that were handed to a handler', 'group', 'outcome');
  const pending = gauge('srm_outbox_pending', 'Messages that were said and are not acknowledged yet');
  const lag = gauge('srm_projection_lag_seconds', 'Age of what was folded last', 'projection');
  const dead = counter('srm_dead_letters_total', 'Records that went to a dead letter', 'topic');
  const operations = counter('srm_operations_total', 'Operations that have ended', 'kind', 'outcome');
  const operationTime = timed('srm_operation_duration_seconds', 'From the request of an operation to its end', 'kind', 'outcome');
  const stepTime = timed('srm_step_duration_seconds', 'From the start of a step to its end', 'system', 'action', 'outcome');
  gaugesOf(registry, health);

  const noted = (group: string, some: readonly Noted[]) => (outcome: string) => consumed.inc({ group, outcome }, some.length);
  const folded = (topic: Subscription['topic'], last: Noted | undefined): void => {
    const at = Date.parse(last?.time ?? '');
    if (projected.includes(topic) && !Number.isNaN(at)) lag.set({ projection: topics[topic].name }, Math.max(0, clock.now() - at) / 1000);
  };
  const counted = (one: Subscription): Subscription => {
    const group = one.read === 'whole' ? `${name}.whole` : name;
    const { raw } = one;
    const end = (some: readonly Noted[]) => ({ note: noted(group, some), handled: () => folded(one.topic, some.at(-1)) });
    return {
      ...one,
      on: (messages) => watchedTo(one.on(messages), end(messages)),
      ...(raw === undefined ? {} : { raw: (records) => watchedTo(raw(records), end(records.map(timeOf))) }),
    };
  };
  return {
    service: (service) => ({ ...service, consumes: service.consumes.map(counted) }),
    bus: (bus) => ({
      subscribe: (options) => bus.subscribe(options),
      close: () => bus.close(),
      publish: async (records) => {
        pending.inc(records.length);
        try {
          await bus.publish(records);
        } finally {
          pending.dec(records.length);
        }
        for (const record of records)
          if (record.topic.endsWith('.dlq')) dead.inc({ topic: record.topic.slice(0, -'.dlq'.length) });
          else published.inc({ type: headerOf(record, 'ce_type') ?? 'unknown' });
      },
    }),
    operation: (kind, outcome, seconds) => {
      operations.inc({ kind, outcome });
      operationTime.observe({ kind, outcome }, seconds);
    },
    step: (system, action, outcome, seconds) => stepTime.observe({ system, action, outcome }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

type Noted = Readonly<{ time: string }>;
const timeOf = (record: BusRecord): Noted => ({ time: headerOf(record, 'ce_time') ?? '' });

async function* watchedTo(
  given: AsyncIterable<readonly Outgoing[]>,
  { note, handled }: Readonly<{ note: (outcome: string) => void; handled: () => void }>,
): AsyncGenerator<readonly Outgoing[]> {
  try {
    yield* given;
  } catch (error) {
    note(isTransient(error) ? 'retried' : isSetAside(error) ? 'set-aside' : 'failed');
    throw error;
  }
  note('handled');
  handled();
}

/** Read when somebody asks. */
function gaugesOf(registry: Registry, health: () => Health | null): void {
  const registers = [registry];
  const up = new Gauge({
    name: 'srm_part_up',
    help: 'Whether a subscription or loop runs',
    labelNames: ['part'],
    registers,
    collect: () => health()?.parts.forEach(({ name, state }) => up.set({ part: name }, ['running', 'ended'].includes(state) ? 1 : 0)),
  });
  const aside = new Gauge({
    name: 'srm_set_aside',
    help: 'Keys that wait until somebody mends what stands in their way',
    registers,
    collect: () => {
      const now = health();
      aside.set((now?.setAside.length ?? 0) + (now?.parts ?? []).reduce((sum, part) => sum + part.setAside.length, 0));
    },
  });
}
