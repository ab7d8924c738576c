import {
  isSetAside,
  isTransient,
  sentence,
  type Bus,
  type Clock,
  type Codec,
  type Handler,
  type Loop,
  type Outgoing,
  type RawHandler,
  type Speech,
} from '@srm/messaging';
import type { PartHealth, SetAside } from './health.ts';

type State = PartHealth['state'];

/** One part of a service that runs, and what can be known of it from outside: what it throws, and what it says. */
export type Watched = Readonly<{
  health: () => PartHealth;
  is: (state: State) => void;
  failed: (error: unknown) => void;
  handler: (handler: Handler) => Handler;
  raw: (handler: RawHandler) => RawHandler;
  loop: (loop: Loop) => Loop;
  speech: (speech: Speech) => Speech;
}>;

export function watched(name: string, clock: Clock): Watched {
  let state: State = 'starting';
  let lastError: PartHealth['lastError'] = null;
  let deadLetters = 0;
  const failing = new Map<string, SetAside>();
  const failed = (error: unknown): void => void (lastError = { at: clock.now(), text: sentence(error) });
  const fails = (what: string, error: unknown): void => {
    failed(error);
    failing.set(what, { what, reason: sentence(error), since: failing.get(what)?.since ?? clock.now() });
  };
  const noted = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      const done = await work();
      failing.delete(what);
      return done;
    } catch (error) {
      fails(what, error);
      throw error;
    }
  };
  async function* handling(key: string, handled: () => AsyncIterable<readonly Outgoing[]>): AsyncGenerator<readonly Outgoing[]> {
    try {
      yield* handled();
      failing.delete(key);
    } catch (error) {
      if (isTransient(error) || isSetAside(error)) fails(key, error);
      else {
        failed(error);
        failing.delete(key);
      }
      throw error;
    }
  }
  return {
    is: (next) => void (state = next),
    failed,
    health: () => ({ name, state, lastError, deadLetters, setAside: [...failing.values()] }),
    handler: (handler) => (messages) => handling(messages[0]?.subject ?? '', () => handler(messages)),
    raw: (handler) => (records) => handling(records[0]?.key ?? '', () => handler(records)),
    loop: (loop) =>
      async function* (signal) {
        try {
          for await (const outgoing of loop(signal)) {
            failing.delete(name);
            yield outgoing;
          }
        } catch (error) {
          fails(name, error);
          throw error;
        }
      },
    speech: ({ bus, codec }) => ({
      codec: {
        encode: (outgoing) => noted('encoding', () => codec.encode(outgoing)),
        decode: (record) => codec.decode(record),
      } satisfies Codec,
      bus: {
        publish: async (records) => {
          await noted('publishing', () => bus.publish(records));
          deadLetters += records.filter(({ topic }) => topic.endsWith('.dlq')).length;
        },
        subscribe: (options) => bus.subscribe(options),
        close: () => bus.close(),
      } satisfies Bus,
    }),
  };
}
