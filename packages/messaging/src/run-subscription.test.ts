import type { Envelope } from '@srm/schemas';
import {
  embeddedCodec,
  embeddedLog,
  runSubscription,
  say,
  TransientError,
  type Bus,
  type BusRecord,
  type Codec,
  type Handler,
  type Outgoing,
  type RawHandler,
  type Received,
} from './index.ts';
import { growing, happening, hurriedClock, keyIn, listLog, listening, word } from './test-world.ts';

const codec = embeddedCodec({ file: ':memory:' });
const headersOf = (record: Received): Record<string, string> => Object.fromEntries(record.headers);

const input = (key: string, text: string): Outgoing => ({ topic: 'inputs', message: word(key, text) });
const answer = (message: Envelope): Outgoing => ({ topic: 'events', message: word(message.subject, `answer to ${message.id}`) });
const ids = (messages: readonly Envelope[]): string => messages.map((message) => message.id).join(' ');

type World = Readonly<{ bus: Bus; inner: Bus; log: ReturnType<typeof listLog>; tell: (...what: readonly Outgoing[]) => Promise<void> }>;

/** @param wrap what the runner sees of the bus; the test itself uses the bus as it is. */
const withRunner = (
  sentence: string,
  work: (world: World & { run: (on: Handler) => ReturnType<typeof runSubscription> }) => Promise<void>,
  wrap = (bus: Bus) => bus,
) =>
  test(sentence, async () => {
    const log = listLog();
    const clock = hurriedClock();
    const inner = embeddedLog({ file: ':memory:', clock, log });
    const bus = wrap(inner);
    const run = (on: Handler) =>
      runSubscription({ bus, codec, clock, log, group: 'g', subscription: { topic: 'inputs', read: 'shared', on } });
    try {
      await work({ bus, inner, log, run, tell: (...what) => say({ bus: inner, codec }, what) });
    } finally {
      await inner.close();
    }
  });

const answers = async (bus: Bus, count: number): Promise<readonly string[]> => {
  const heard = await listening(bus, 'srm.events.v1', 'answers');
  const records = await heard.reaches(count);
  return Promise.all(records.map(async (record) => (await codec.decode(record)).id));
};
const letters = async (bus: Bus, count: number): Promise<readonly Received[]> =>
  (await listening(bus, 'srm.inputs.v1.dlq', 'letters')).reaches(count);

describe('a subscription', () => {
  withRunner('hands over at once all that waits under one key, in order', async ({ run, tell }) => {
    const calls = growing<string>();
    await tell(input('a', 'a1'), input('b', 'b1'), input('a', 'a2'), input('a', 'a3'));
    await run(async function* (messages) {
      calls.add(ids(messages));
      yield [];
    });
    expect([...(await calls.reaches(2))].sort()).toStrictEqual(['a1 a2 a3', 'b1']);
  });

  withRunner('handles different keys of one partition at once, one key in order', async ({ run, tell }) => {
    const [slow, quick] = [keyIn(3, 'slow'), keyIn(3, 'quick')];
    const freed = happening();
    const story = growing<string>();
    await tell(input(slow, 's1'), input(quick, 'q1'));
    await run(async function* (messages) {
      story.add(`begins ${ids(messages)}`);
      if (ids(messages) === 's1') await freed.happened;
      else freed.happens();
      yield messages.map(answer);
      story.add(`ends ${ids(messages)}`);
      if (story.items.length === 4) await tell(input(slow, 's2'));
    });
    const told = await story.reaches(6);
    expect(told.slice(0, 2)).toStrictEqual(['begins s1', 'begins q1']);
    expect([...told.slice(2, 4)].sort()).toStrictEqual(['ends q1', 'ends s1']);
    expect(told.slice(4)).toStrictEqual(['begins s2', 'ends s2']);
  });

  const published = growing<string>();
  withRunner(
    'publishes what a handler yields before it resumes it',
    async ({ run, tell }) => {
      await tell(input('a', 'a1'));
      await run(async function* (messages) {
        yield messages.map(answer);
        published.add('resumed');
        yield messages.map(answer);
        published.add('resumed');
      });
      expect(await published.reaches(4)).toStrictEqual(['published 1', 'resumed', 'published 1', 'resumed']);
    },
    (bus) => ({ ...bus, publish: async (records) => (await bus.publish(records), published.add(`published ${records.length}`)) }),
  );

  const resolved = growing<number>();
  withRunner(
    'resolves only the finished prefix',
    async ({ run, tell }) => {
      const keys = [keyIn(3, 'x'), keyIn(3, 'y'), keyIn(3, 'z')];
      const turn = new Map(keys.map((key) => [key, happening()]));
      await tell(...keys.map((key) => input(key, key)));
      const ended = growing<string>();
      await run(async function* (messages) {
        const key = messages[0]?.subject ?? '';
        await turn.get(key)?.happened;
        yield [];
        ended.add(key);
      });
      turn.get(keys[1] ?? '')?.happens();
      await ended.reaches(1);
      expect(resolved.items).toStrictEqual([]);
      turn.get(keys[0] ?? '')?.happens();
      expect(await resolved.reaches(1)).toStrictEqual([1]);
      turn.get(keys[2] ?? '')?.happens();
      expect(await resolved.reaches(2)).toStrictEqual([1, 2]);
    },
    (bus) => ({
      ...bus,
      subscribe: (options) =>
        bus.subscribe({
          ...options,
          onBatch: (batch) => options.onBatch({ ...batch, resolve: (position) => (resolved.add(position), batch.resolve(position)) }),
        }),
    }),
  );

  withRunner('tries a transient error again until it succeeds; nothing goes to the dead letter', async ({ run, tell, inner, log }) => {
    let failures = 0;
    await tell(input('a', 'a1'));
    await run(async function* (messages) {
      yield [];
      if (failures++ < 20) throw new TransientError('out of reach');
      yield messages.map(answer);
    });
    expect(await answers(inner, 1)).toStrictEqual(['answer to a1']);
    expect(log.lines).toHaveLength(20);
    expect(log.lines[0]).toMatch(/^warn handling srm\.inputs\.v1\/\d+\/0: out of reach; tried again in \d+ ms$/);
  });

  withRunner('goes on with other keys while one is out of reach', async ({ run, tell, inner }) => {
    await tell(input(keyIn(3, 'stuck'), 'stuck'), input(keyIn(3, 'free'), 'free'), input(keyIn(4, 'far'), 'far'));
    const reader = await run(async function* (messages) {
      if (ids(messages) === 'stuck') throw new TransientError('out of reach');
      yield messages.map(answer);
    });
    expect([...(await answers(inner, 2))].sort()).toStrictEqual(['answer to far', 'answer to free']);
    await reader.stop();
  });

  withRunner(
    'sends what cannot be handled to the dead letter as it came, with the reason and where it was',
    async ({ run, tell, inner, log }) => {
      const original = await codec.encode(input('a', 'poison'));
      await tell(original, input('b', 'b1'));
      await run(async function* (messages) {
        if (ids(messages) === 'poison') throw new RangeError('no such step');
        yield messages.map(answer);
      });
      expect(await answers(inner, 1)).toStrictEqual(['answer to b1']);
      const [letter] = await letters(inner, 1);
      const place = log.lines[0]?.split(' ')[1];
      expect(log.lines).toStrictEqual([`error ${place} goes to the dead letter: no such step`]);
      expect(letter?.key).toBe('a');
      expect(letter?.value).toStrictEqual(original.value);
      expect(letter?.headers).toStrictEqual([...original.headers, ['srm_reason', 'no such step'], ['srm_origin', place]]);
    },
  );

  withRunner('finds the poison among several of one key: the others are handled one at a time, in order', async ({ run, tell, inner }) => {
    const calls: string[] = [];
    await tell(input('a', 'a1'), input('a', 'poison'), input('a', 'a3'));
    await run(async function* (messages) {
      calls.push(ids(messages));
      if (messages.some((message) => message.id === 'poison')) throw new Error('no');
      yield messages.map(answer);
    });
    expect(await answers(inner, 2)).toStrictEqual(['answer to a1', 'answer to a3']);
    expect(calls).toStrictEqual(['a1 poison a3', 'a1', 'poison', 'a3']);
    expect((await letters(inner, 1)).map((letter) => headersOf(letter).ce_id)).toStrictEqual(['poison']);
  });

  withRunner('sends what cannot be decoded to the dead letter and handles the rest of the key', async ({ run, tell, inner }) => {
    const sound = await codec.encode(input('a', 'sound'));
    await tell(
      { ...sound, value: Buffer.from('{"no":"avro"}') },
      { ...sound, value: sound.value.subarray(0, 9) },
      { ...sound, headers: [] },
      { ...sound, value: Buffer.alloc(0) },
      sound,
    );
    await run(async function* (messages) {
      yield messages.map(answer);
    });
    expect(await answers(inner, 1)).toStrictEqual(['answer to sound']);
    expect((await letters(inner, 4)).map((letter) => headersOf(letter).srm_reason)).toStrictEqual([
      'the first byte is 123, not 0: this is not the Confluent wire format',
      'the bytes are no LogChunk: truncated buffer',
      'header content-type is missing',
      '0 bytes are no message: five come before its content',
    ]);
  });

  withRunner(
    'says nothing of a yield that cannot be encoded, returns the generator, and sends the input to the dead letter',
    async ({ run, tell, inner }) => {
      const story: string[] = [];
      await tell(input('a', 'a1'));
      await run(async function* (messages) {
        try {
          yield messages.map(answer);
          yield [...messages.map(answer), { topic: 'events', message: { ...word('a', 'x'), data: { colour: 'red' } } }];
          story.push('resumed');
        } finally {
          story.push('returned');
        }
      });
      const [letter] = await letters(inner, 1);
      expect(letter === undefined ? '' : headersOf(letter).srm_reason).toMatch(/^LogChunk: undeclared colour/);
      expect(story).toStrictEqual(['returned']);
      expect((await answers(inner, 1)).length).toBe(1);
    },
  );

  withRunner('handles a type that nobody understands as poison', async ({ run, tell, inner }) => {
    const { byType } = await import('./handler.ts');
    await tell(input('a', 'a1'));
    await run(byType({}));
    const [letter] = await letters(inner, 1);
    expect(letter === undefined ? '' : headersOf(letter).srm_reason).toBe('nobody here understands LogChunk');
  });

  let refusals = 0;
  withRunner(
    'publishes for ever what was yielded, and resumes the generator only then; no dead letter between',
    async ({ run, tell, inner, log }) => {
      const story = growing<string>();
      await tell(input('a', 'a1'));
      await run(async function* (messages) {
        yield messages.map(answer);
        story.add(`resumed after ${refusals} refusals`);
      });
      expect(await story.reaches(1)).toStrictEqual(['resumed after 30 refusals']);
      expect(await answers(inner, 1)).toStrictEqual(['answer to a1']);
      expect(log.lines).toHaveLength(30);
    },
    (bus) => ({
      ...bus,
      publish: async (records) => {
        if (refusals < 30) throw ++refusals % 2 === 0 ? new Error('no such topic') : new TransientError('the broker is away');
        return bus.publish(records);
      },
    }),
  );

  const zombie = growing<string>();
  withRunner(
    'resolves nothing once the partition belongs to somebody else',
    async ({ run, tell }) => {
      await tell(input('a', 'a1'));
      await run(async function* () {
        yield* [];
        zombie.add('handled');
      });
      expect(await zombie.reaches(2)).toStrictEqual(['handled', 'settled']);
    },
    (bus) => ({
      ...bus,
      subscribe: (options) =>
        bus.subscribe({
          ...options,
          onBatch: async (batch) => {
            const resolve = async (): Promise<void> => zombie.add('resolved');
            await options.onBatch({ ...batch, resolve, alive: () => zombie.items.length === 0 });
            zombie.add('settled');
          },
        }),
    }),
  );

  let unkept = 1;
  withRunner(
    'has a batch again whose position could not be kept, and says why',
    async ({ run, tell, log }) => {
      const calls = growing<string>();
      await tell(input('a', 'a1'));
      await run(async function* (messages) {
        calls.add(ids(messages));
        yield [];
      });
      expect(await calls.reaches(2)).toStrictEqual(['a1', 'a1']);
      expect(log.lines).toStrictEqual(['warn a batch comes again from here: the coordinator is away']);
    },
    (bus) => ({
      ...bus,
      subscribe: (options) =>
        bus.subscribe({
          ...options,
          onBatch: (batch) =>
            options.onBatch({
              ...batch,
              resolve: async (position) => {
                if (unkept-- > 0) throw new TransientError('the coordinator is away');
                await batch.resolve(position);
              },
            }),
        }),
    }),
  );

  withRunner('stops when the signal it was given aborts', async ({ tell, inner, log }) => {
    const [stopping, calls] = [new AbortController(), growing<string>()];
    const on: Handler = async function* (messages) {
      calls.add(ids(messages));
      yield [];
    };
    const clock = hurriedClock();
    const parts = { bus: inner, codec, clock, log, group: 'g', subscription: { topic: 'inputs', read: 'shared', on } } as const;
    const reader = await runSubscription({ ...parts, signal: stopping.signal });
    await tell(input('a', 'a1'));
    await calls.reaches(1);
    stopping.abort();
    await reader.stop();
    await tell(input('a', 'a2'));
    await (await listening(inner, 'srm.inputs.v1', 'other')).reaches(2);
    expect(calls.items).toStrictEqual(['a1']);
  });

  withRunner('stops in the middle of retrying; what was not done comes again', async ({ run, tell, inner }) => {
    const tried = growing<string>();
    await tell(input('a', 'a1'));
    const first = await run(async function* (messages) {
      tried.add(ids(messages));
      yield [];
      throw new TransientError('out of reach');
    });
    await tried.reaches(3);
    await first.stop();
    await run(async function* (messages) {
      yield messages.map(answer);
    });
    expect(await answers(inner, 1)).toStrictEqual(['answer to a1']);
  });

  withRunner(
    'does not resume a handler after its reader stops, but returns it, and resolves nothing of it',
    async ({ run, tell, inner }) => {
      const [began, may] = [happening(), happening()];
      const story: string[] = [];
      await tell(input('a', 'a1'));
      const first = await run(async function* (messages) {
        try {
          began.happens();
          await may.happened;
          yield messages.map(answer);
          story.push('resumed');
        } finally {
          story.push('returned');
        }
      });
      await began.happened;
      const stopped = first.stop();
      may.happens();
      await stopped;
      expect(story).toStrictEqual(['returned']);
      await run(async function* (messages) {
        yield messages.map(answer);
      });
      expect(await answers(inner, 2)).toStrictEqual(['answer to a1', 'answer to a1']);
    },
  );

  withRunner('lets a second runner of the group take over what the first had not done', async ({ run, tell, inner }) => {
    const [began, may] = [happening(), happening()];
    const key = keyIn(1, 'k');
    await tell(input(key, 'a1'));
    await run(async function* (messages) {
      began.happens();
      await may.happened;
      yield messages.map(answer);
    });
    await began.happened;
    const second = run(async function* (messages) {
      yield messages.map((message) => ({ topic: 'events' as const, message: word(message.subject, `second had ${message.id}`) }));
    });
    may.happens();
    await second;
    expect(await answers(inner, 2)).toStrictEqual(['answer to a1', 'second had a1']);
  });
});

test('a whole reader hears what comes from now on and keeps no position', async () => {
  const [clock, log] = [hurriedClock(), listLog()];
  const bus = embeddedLog({ file: ':memory:', clock, log });
  const heard = growing<string>();
  await say({ bus, codec }, [input('a', 'before')]);
  await runSubscription({
    bus,
    codec,
    clock,
    log,
    group: 'g',
    subscription: {
      topic: 'inputs',
      read: 'whole',
      on: async function* (messages) {
        for (const message of messages) heard.add(message.id);
        yield [];
      },
    },
  });
  await say({ bus, codec }, [input('a', 'after')]);
  expect(await heard.reaches(1)).toStrictEqual(['after']);
  await bus.close();
});

test('a subscription that asks for records is given them as they came, what nobody can decode too, and says what it says', async () => {
  const [clock, log, calls] = [hurriedClock(), listLog(), growing<readonly Received[]>()];
  const bus = embeddedLog({ file: ':memory:', clock, log });
  const strange: BusRecord = { topic: 'srm.inputs.v1', key: 'a', headers: [['ce_id', 'x']], value: Uint8Array.of(7) };
  const known = await codec.encode(input('a', 'a1'));
  await bus.publish([known, strange]);
  const raw: RawHandler = async function* (records) {
    yield [{ topic: 'events', message: word('b', 'said') }];
    calls.add(records);
  };
  const on: Handler = async function* () {
    throw new Error('is not asked');
  };
  await runSubscription({ bus, codec, clock, log, group: 'g', subscription: { topic: 'inputs', read: 'shared', on, raw } });
  const [given = []] = await calls.reaches(1);
  expect(given.map(({ key, headers, value, position }) => [key, headers, [...value], position])).toStrictEqual([
    ['a', known.headers, [...known.value], 0],
    ['a', strange.headers, [7], 1],
  ]);
  expect([await answers(bus, 1), log.lines]).toStrictEqual([['said'], []]);
  await bus.close();
});

test('of records that cannot be taken only those go to the dead letter', async () => {
  const [clock, log, taken] = [hurriedClock(), listLog(), growing<string>()];
  const bus = embeddedLog({ file: ':memory:', clock, log });
  await say({ bus, codec }, [input('a', 'a1'), input('a', 'poison'), input('a', 'a2')]);
  const raw: RawHandler = async function* (records) {
    if (records.some((record) => headersOf(record)['ce_id'] === 'poison')) throw new Error('has no number');
    for (const record of records) taken.add(headersOf(record)['ce_id'] ?? '');
    yield [];
  };
  const on: Handler = async function* () {
    throw new Error('is not asked');
  };
  await runSubscription({ bus, codec, clock, log, group: 'g', subscription: { topic: 'inputs', read: 'shared', on, raw } });
  expect(await taken.reaches(2)).toStrictEqual(['a1', 'a2']);
  const [letter] = await letters(bus, 1);
  expect(letter === undefined ? null : headersOf(letter)['srm_reason']).toBe('has no number');
  await bus.close();
});

test('what a yield cannot be encoded with yet is waited for; the handler is not called again', async () => {
  const [clock, log, calls] = [hurriedClock(), listLog(), growing<string>()];
  const bus = embeddedLog({ file: ':memory:', clock, log });
  let away = 3;
  const waiting: Codec = {
    ...codec,
    encode: async (outgoing) => {
      if (away-- > 0) throw new TransientError('the registry is away');
      return codec.encode(outgoing);
    },
  };
  const on: Handler = async function* (messages) {
    calls.add(`called with ${ids(messages)}`);
    yield messages.map(answer);
    calls.add('resumed');
  };
  await say({ bus, codec }, [input('a', 'a1')]);
  await runSubscription({ bus, codec: waiting, clock, log, group: 'g', subscription: { topic: 'inputs', read: 'shared', on } });
  expect(await calls.reaches(2)).toStrictEqual(['called with a1', 'resumed']);
  expect(log.lines).toHaveLength(3);
  await bus.close();
});
