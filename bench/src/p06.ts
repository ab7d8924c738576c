import { headerOf, type Bus, type BusRecord } from '@srm/messaging';
import { topics } from '@srm/schemas';
import { assertCalm, callersOf } from './callers.ts';
import type { Figure, Goal } from './goal.ts';
import { openHouse } from './house.ts';
import { hops } from './kafka-hops.ts';
import { withReal } from './real.ts';
import { median, quantile, quantileRatio, times } from './statistics.ts';

const rounds = 8;
const callers = 16;
/** Releases, and hops, that are begun a second: far below what either can do. */
const perSecond = 1;
/** Milliseconds of one round of each. */
const lasts = 10_000;

const commands = new Set<string>([topics.ci.name, topics.sem.name, topics.scm.name]);
const named = (record: BusRecord, header: string): string => headerOf(record, header) ?? '';

type Hearing = Readonly<{ around: (bus: Bus) => Bus; taken: () => readonly number[] }>;

/** Milliseconds from a success that is published until the command that follows from it is handed to its bridge. */
function stepToStep(): Hearing {
  const succeeded = new Map<string, number>();
  const causes = new Map<string, string>();
  let samples: number[] = [];
  const handed = (record: BusRecord): void => {
    const report = causes.get(named(record, 'ce_causationid')) ?? '';
    const start = succeeded.get(report);
    if (start !== undefined) samples.push(performance.now() - start);
  };
  return {
    around: (bus) => ({
      publish: (records) => {
        for (const record of records)
          if (record.topic === topics.events.name) causes.set(named(record, 'ce_id'), named(record, 'ce_causationid'));
          else if (named(record, 'ce_type') === 'JobSucceeded') succeeded.set(named(record, 'ce_id'), performance.now());
        return bus.publish(records);
      },
      subscribe: (options) =>
        bus.subscribe({
          ...options,
          onBatch: (batch) => {
            if (commands.has(options.topic)) batch.records.forEach(handed);
            return options.onBatch(batch);
          },
        }),
      close: () => bus.close(),
    }),
    taken: () => {
      const all = samples;
      samples = [];
      return all;
    },
  };
}

export const p06: Goal = {
  id: 'P6',
  title: 'from a success that is published to the next bridge, on Kafka, against two hops of raw kafkajs',
  measure: (say) =>
    withReal(async (real) => {
      const { brokers } = await real.kafka();
      const heard = stepToStep();
      const house = await openHouse({ kafka: { brokers, namespace: 'srm.' }, around: { bus: heard.around } });
      try {
        const asking = await callersOf(house, callers);
        const raw = await hops(brokers);
        const [steps, hop]: [number[], number[]] = [[], []];
        for (let round = -1; round < rounds; round += 1) {
          await asking.open(callers, perSecond, lasts);
          const ours = heard.taken();
          const theirs = await raw.run(perSecond * 3, lasts / 2);
          if (round < 0) continue;
          steps.push(...ours);
          hop.push(...theirs);
        }
        await asking.close();
        await raw.close();
        assertCalm(house);
        const [p50, p99] = [0.5, 0.99].map((share) =>
          [quantile(steps, share), quantile(hop, share)].map((ms) => ms.toFixed(1)).join(' / '),
        );
        say(
          `step to step / hop: p50 ${p50} ms, p99 ${p99} ms; ${steps.length} steps, ${hop.length} hops; median hop ${median(hop).toFixed(2)} ms`,
        );
        return [figure('p50', 0.5, 1.15, steps, hop), figure('p99', 0.99, 1.5, steps, hop)];
      } finally {
        await house.close();
      }
    }),
};

const figure = (name: string, share: number, most: number, steps: readonly number[], hop: readonly number[]): Figure => ({
  id: `P6 ${name}`,
  estimate: times(quantileRatio(steps, hop, share), 1 / 2),
  target: { sign: '<=', value: most },
  about: `open loop, ${perSecond} releases a second; all services in one process on Apache Kafka, documents in a file with fsync`,
  samples: { steps, hop },
});
