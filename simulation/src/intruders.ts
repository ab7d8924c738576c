import { jobId, type BusRecord } from '@srm/messaging';
import { operationKey, topics } from '@srm/schemas';
import { count } from './counts.ts';
import { operationIds, type Playing } from './operators.ts';

const victims = [topics.inputs, topics.ci, topics.sem, topics.scm, topics.plan, topics.timer, topics.logs];

/** Throws senseless records onto topics, between those that make sense; and reports of nobody's bridge. */
export async function intrude(playing: Playing): Promise<void> {
  const { on, draw, by, calm } = playing;
  const times = (many: number): readonly number[] => Array.from({ length: many }, () => by.below(30_000));
  const waits = async (after: number, work: () => Promise<void>): Promise<void> => {
    await on.clock.sleep(after, calm);
    if (!calm.aborted) await work();
  };
  await Promise.all([
    ...times(draw.poison).map((after, n) => waits(after, () => poisoned(playing, n))),
    ...times(draw.forged).map((after) => waits(after, () => forged(playing))),
  ]);
}

async function poisoned({ on, draw, by, counts, poison }: Playing, n: number): Promise<void> {
  const key = operationKey(by.of(operationIds(draw)));
  const record: BusRecord = {
    topic: by.of(victims).name,
    key,
    headers: by.of([[], [['ce_type', 'NoSuchThing'] as const], [['ce_type', 'RunStep'] as const]]),
    value: by.of([
      Buffer.alloc(0),
      Buffer.from(`{ "not": "json ${n}`),
      Buffer.from([0, 0, 0, 0, 1, n, 255]),
      Buffer.from([0, 0, 255, 255, 255, n]),
    ]),
  };
  count(counts, 'poison');
  poison.push(record);
  await on.bus.publish([record]);
}

/** A success that the step's own bridge never reported. */
async function forged({ on, draw, by, counts }: Playing): Promise<void> {
  const id = by.of(operationIds(draw));
  const asked = on.told(id).flatMap((event) => (event.type === 'StepRequested' && 'step' in event.data ? [String(event.data.step)] : []));
  if (asked.length === 0) return;
  const step = by.of([...asked, 'nothing/deploy']);
  const wrong = by.of(['bridge', 'attempt', 'job'] as const);
  const attempt = wrong === 'attempt' ? 9 : 1;
  count(counts, 'forged report');
  await on.say({
    subject: operationKey(id),
    id: `forged-${on.clock.now()}-${step}`,
    message: {
      type: 'JobSucceeded',
      data: {
        operation: id,
        step,
        attempt,
        job: wrong === 'job' ? 'somebody' : jobId(id, step, attempt),
        number: 99,
        fence: 0,
        bridge: wrong === 'bridge' ? 'nobody' : 'sem',
        restorePoint: null,
        outputs: [],
        unchanged: false,
      },
    },
  });
}
