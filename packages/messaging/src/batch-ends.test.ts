import { embeddedCodec } from './avro-codec.ts';
import type { Batch, Bus, Received, SubscribeOptions } from './bus.ts';
import { TransientError } from './errors.ts';
import type { RawHandler } from './handler.ts';
import { runSubscription } from './run-subscription.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const record = (key: string, position: number): Received => ({
  topic: 'srm.logs.v1',
  key,
  headers: [],
  value: Buffer.from(key),
  partition: 0,
  position,
});

/** Hands one batch of two keys to a handler; what becomes of it is told by `told`. */
async function handed(raw: RawHandler, alive: () => boolean, told: string[]): Promise<void> {
  let given: SubscribeOptions | undefined;
  const bus: Bus = {
    publish: async () => undefined,
    subscribe: async (options) => ((given = options), { stop: async () => undefined }),
    close: async () => undefined,
  };
  const on = (): never => {
    throw new Error('records are taken as they came');
  };
  const clock = { now: () => 0, sleep: async () => undefined };
  await runSubscription({
    bus,
    codec: embeddedCodec({ file: ':memory:' }),
    clock,
    log: quiet,
    group: 'g',
    subscription: { topic: 'logs', read: 'shared', on, raw },
  });
  const batch: Batch = {
    topic: 'srm.logs.v1',
    partition: 0,
    records: [record('a', 0), record('b', 1)],
    resolve: async (position) => void told.push(`resolved ${position}`),
    alive,
    heartbeat: async () => void told.push('still at it'),
  };
  await given?.onBatch(batch).then(
    () => told.push('the batch is through'),
    () => told.push('the batch comes again'),
  );
}

test('a batch ends only when every handler that it started has settled, also where another one gave up', async () => {
  const told: string[] = [];
  let alive = true;
  const raw: RawHandler = async function* ([first]) {
    if (first?.key === 'a') {
      alive = false;
      told.push('a gives up');
      throw new TransientError('later');
    }
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    told.push('b has settled');
    yield [];
  };
  await handed(raw, () => alive, told);
  expect(told).toEqual(['a gives up', 'b has settled', 'the batch comes again']);
});

test('who tries again says meanwhile that it is still at it', async () => {
  const told: string[] = [];
  let attempts = 0;
  const raw: RawHandler = async function* ([first]) {
    if (first?.key === 'b') return;
    attempts += 1;
    if (attempts < 3) throw new TransientError('later');
    yield [];
  };
  await handed(raw, () => true, told);
  expect(told).toEqual(['still at it', 'still at it', 'resolved 1', 'the batch is through']);
});
