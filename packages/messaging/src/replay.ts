import type { Aside } from './aside.ts';
import { isSetAside, sentence } from './errors.ts';
import { handleKey, type Handling, type Waiting } from './handle-key.ts';
import { Stopped } from './persistence.ts';

const every = 60_000;

export type Replaying = Readonly<{ aside: Aside; group: string; topic: string; handling: Omit<Handling, 'done' | 'waiting'> }>;

/** While records of a key wait, those that come wait behind them. */
export const waitingIn = ({ aside, group, topic, handling: { log } }: Replaying): Waiting => ({
  has: (key) => aside.has(group, topic, key),
  put: async (records, error) => {
    await aside.put(group, records);
    const [first] = records;
    if (error !== null)
      log.error({ key: first?.key, group, topic }, `${first?.key} of ${topic} is set aside, the others go on: ${sentence(error)}`);
  },
});

/** Hands what was set aside to the handler again, key by key, in order, at once and then every minute until the signal aborts. */
export async function replay(parts: Replaying): Promise<void> {
  const { aside, group, topic, handling } = parts;
  const underWay = new Map<string, Promise<void>>();
  while (!handling.signal.aborted) {
    const keys = await aside.keys(group, topic).catch((error: unknown) => {
      handling.log.warn({ group, topic }, `what is set aside cannot be read; tried again: ${sentence(error)}`);
      return [];
    });
    for (const key of keys)
      if (!underWay.has(key))
        underWay.set(
          key,
          replayKey(parts, key).finally(() => underWay.delete(key)),
        );
    await handling.clock.sleep(every, handling.signal);
  }
  await Promise.all(underWay.values());
}

async function replayKey({ aside, group, topic, handling }: Replaying, key: string): Promise<void> {
  const stillThere = async (_: unknown, error: unknown): Promise<void> => {
    throw error;
  };
  const again: Handling = {
    ...handling,
    done: (record) => aside.done(group, record),
    waiting: { has: async () => false, put: stillThere },
  };
  try {
    for (;;) {
      const records = await aside.next(group, topic, key);
      if (records.length === 0) return handling.log.info({ key, group, topic }, `${key} of ${topic} is no longer set aside`);
      await handleKey(again, records);
    }
  } catch (error) {
    if (error instanceof Stopped) return;
    const say = isSetAside(error) ? handling.log.warn : handling.log.error;
    say.call(handling.log, { key, group, topic }, `${key} of ${topic} stays set aside: ${sentence(error)}`);
  }
}
