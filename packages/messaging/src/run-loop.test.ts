import { embeddedCodec, embeddedLog, runLoop, TransientError, type Bus, type Loop, type Outgoing } from './index.ts';
import { growing, hurriedClock, listLog, listening, recordOf } from './test-world.ts';

const codec = embeddedCodec({ file: ':memory:' });
const word = (text: string): Outgoing => recordOf('srm.inputs.v1', text, text);

const withLoop = (
  sentence: string,
  work: (world: {
    start: (loop: Loop) => Promise<void>;
    stop: () => void;
    heard: (count: number) => Promise<readonly string[]>;
    log: ReturnType<typeof listLog>;
  }) => Promise<void>,
  wrap = (bus: Bus) => bus,
) =>
  test(sentence, async () => {
    const [clock, log, stopping] = [hurriedClock(), listLog(), new AbortController()];
    const inner = embeddedLog({ file: ':memory:', clock, log });
    const listener = await listening(inner, 'srm.inputs.v1', 'g');
    await work({
      log,
      start: (loop) => runLoop({ bus: wrap(inner), codec, clock, log, name: 'carrying', loop, signal: stopping.signal }),
      stop: () => stopping.abort(),
      heard: async (count) => (await listener.reaches(count)).map((record) => record.key),
    });
    await inner.close();
  });

describe('a loop', () => {
  withLoop('is resumed after what it yielded is published, and ends by itself', async ({ start, heard }) => {
    await start(async function* () {
      yield [word('a')];
      yield [];
      yield [word('b')];
    });
    expect([...(await heard(2))].sort()).toStrictEqual(['a', 'b']);
  });

  withLoop('is started again when it throws, with a line in the log', async ({ start, heard, log }) => {
    let starts = 0;
    await start(async function* () {
      starts += 1;
      yield [word(`start ${starts}`)];
      if (starts < 4) throw new Error('lost the thread');
    });
    expect([...(await heard(4))].sort()).toStrictEqual(['start 1', 'start 2', 'start 3', 'start 4']);
    expect(log.lines).toStrictEqual(Array.from({ length: 3 }, () => 'error carrying is started again: lost the thread'));
  });

  withLoop('is returned when the signal aborts', async ({ start, stop, heard }) => {
    const story = growing<string>();
    const running = start(async function* (signal) {
      try {
        while (true) {
          yield [word('a')];
          story.add(`resumed, aborted: ${signal.aborted}`);
        }
      } finally {
        story.add('returned');
      }
    });
    await story.reaches(1);
    stop();
    await running;
    expect([story.items[0], story.items.at(-1)]).toStrictEqual(['resumed, aborted: false', 'returned']);
    await heard(1);
  });

  const tries = growing<string>();
  withLoop(
    'gives up what cannot be published once the signal aborts',
    async ({ start, stop }) => {
      const story: string[] = [];
      const running = start(async function* () {
        try {
          yield [word('a')];
          story.push('resumed');
        } finally {
          story.push('returned');
        }
      });
      await tries.reaches(3);
      stop();
      await running;
      expect(story).toStrictEqual(['returned']);
    },
    (bus) => ({
      ...bus,
      publish: async () => {
        tries.add('tried');
        throw new TransientError('the broker is away');
      },
    }),
  );
});
