import { join } from 'node:path';
import type { Envelope } from '@srm/schemas';
import {
  embeddedCodec,
  embeddedLog,
  runSubscription,
  say,
  SetAside,
  type Aside,
  type Clock,
  type EmbeddedLog,
  type Handler,
} from './index.ts';
import { growing, hurriedClock, inFolder, keyIn, listLog, listening, word } from './test-world.ts';

const codec = embeddedCodec({ file: ':memory:' });
const [ill, well] = [keyIn(3, 'ill'), keyIn(3, 'well')];
const topic = 'srm.inputs.v1';

/** A clock whose minutes pass when the test says so; shorter sleeps are over at once. */
const steppedClock = () => {
  const waiting = new Set<() => void>();
  const hurried = hurriedClock();
  const sleeps = growing<number>();
  const clock: Clock = {
    ...hurried,
    sleep: (milliseconds, signal) => {
      if (milliseconds < 60_000) return hurried.sleep(milliseconds, signal);
      return new Promise((resolve) => {
        const over = (): void => (waiting.delete(over), resolve());
        if (signal?.aborted) return resolve();
        waiting.add(over);
        signal?.addEventListener('abort', over, { once: true });
        sleeps.add(milliseconds);
      });
    },
  };
  return { clock, sleeps, minute: () => [...waiting].forEach((over) => over()) };
};

type Life = Readonly<{
  bus: EmbeddedLog;
  log: ReturnType<typeof listLog>;
  tell: (...words: readonly Envelope[]) => Promise<void>;
  run: (on: Handler, aside?: Aside | null) => ReturnType<typeof runSubscription>;
  end: () => Promise<void>;
}>;

const lifeOver = (file: string, clock: Clock): Life => {
  const log = listLog();
  const bus = embeddedLog({ file, clock, log, synchronous: 'off' });
  const subscription = (on: Handler) => ({ topic: 'inputs', read: 'shared', on }) as const;
  return {
    bus,
    log,
    tell: (...words) =>
      say(
        { bus, codec },
        words.map((message) => ({ topic: 'inputs', message })),
      ),
    run: (on, aside = bus.aside) =>
      runSubscription({ bus, codec, clock, log, group: 'g', subscription: subscription(on), ...(aside === null ? {} : { aside }) }),
    end: () => bus.close(),
  };
};

/** Handles each message, as long as its key is not ill. */
const handler = (story: ReturnType<typeof growing<string>>, isIll: (key: string) => boolean): Handler =>
  async function* (messages) {
    const key = messages[0]?.subject ?? '';
    if (isIll(key)) {
      story.add('thrown');
      throw new SetAside('an event of tomorrow');
    }
    for (const { id } of messages) story.add(id);
    yield [];
  };
const told = (...words: readonly string[]): readonly string[] => words;

describe('a key that is set aside', () => {
  test('waits with all that comes for it while other keys of its partition go on, and is handled in order once it can be', () =>
    inFolder(async (folder) => {
      const { clock, minute } = steppedClock();
      const { run, tell, bus, log, end } = lifeOver(join(folder, 'log.db'), clock);
      const story = growing<string>();
      let sick = true;
      const reader = await run(handler(story, (key) => sick && key === ill));
      await tell(word(ill, 'a1'), word(ill, 'a2'));
      await story.reaches(1);
      await tell(word(well, 'b1'), word(ill, 'a3'), word(well, 'b2'));
      await story.reaches(3);
      await tell(word(well, 'b3'));
      expect(await story.reaches(4)).toStrictEqual(told('thrown', 'b1', 'b2', 'b3'));
      const asideThen = await bus.aside.next('g', topic, ill);
      expect(await Promise.all(asideThen.map(async (record) => (await codec.decode(record)).id))).toStrictEqual(['a1', 'a2', 'a3']);
      minute();
      await story.reaches(5);
      sick = false;
      while (story.items.length < 8) {
        minute();
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(story.items.slice(4)).toStrictEqual(told('thrown', 'a1', 'a2', 'a3'));
      await tell(word(ill, 'a4'));
      expect((await story.reaches(9)).at(-1)).toBe('a4');
      await reader.stop();
      expect([await bus.aside.keys('g', topic), await bus.aside.has('g', topic, ill)]).toStrictEqual([[], false]);
      expect(log.lines).toStrictEqual([
        `error ${ill} of ${topic} is set aside, the others go on: an event of tomorrow`,
        `warn ${ill} of ${topic} stays set aside: an event of tomorrow`,
        `info ${ill} of ${topic} is no longer set aside`,
      ]);
      await end();
    }));

  test('is not handed over again by the topic, and is tried as soon as its reader starts anew', () =>
    inFolder(async (folder) => {
      const { clock, minute } = steppedClock();
      const first = lifeOver(join(folder, 'log.db'), clock);
      const story = growing<string>();
      await first.run(handler(story, (key) => key === ill));
      await first.tell(word(ill, 'a1'), word(ill, 'a2'), word(well, 'b1'));
      await story.reaches(2);
      // Its batch has settled when the next one comes.
      await first.tell(word(well, 'b2'));
      await story.reaches(3);
      await first.end();
      const second = lifeOver(join(folder, 'log.db'), clock);
      const later = growing<string>();
      const reader = await second.run(handler(later, () => false));
      await second.tell(word(ill, 'a3'), word(well, 'b3'));
      while (!['a3', 'b3'].every((id) => later.items.includes(id))) {
        await new Promise((resolve) => setImmediate(resolve));
        minute();
      }
      expect(later.items.filter((id) => id.startsWith('a'))).toStrictEqual(['a1', 'a2', 'a3']);
      expect(later.items.filter((id) => id.startsWith('b') && id !== 'b2')).toStrictEqual(['b3']);
      await reader.stop();
      await second.end();
    }));

  test('keeps each record once, however often it is put there: the process may die before the topic is resolved', () =>
    inFolder(async (folder) => {
      const { clock } = steppedClock();
      const { bus, tell, end } = lifeOver(join(folder, 'log.db'), clock);
      await tell(word(ill, 'a1'), word(ill, 'a2'));
      const records = await (await listening(bus, topic, 'h')).reaches(2);
      await bus.aside.put('g', records);
      await bus.aside.put('g', [...records].reverse());
      await bus.aside.put('other', records);
      expect(await bus.aside.next('g', topic, ill)).toStrictEqual(records.map((record) => ({ ...record, value: expect.anything() })));
      const [one] = records;
      if (one !== undefined) await bus.aside.done('g', one);
      expect((await bus.aside.next('g', topic, ill)).map(({ position }) => position)).toStrictEqual([1]);
      expect((await bus.aside.next('other', topic, ill)).map(({ position }) => position)).toStrictEqual([0, 1]);
      await end();
    }));

  test('that turns out to be poison when it is tried again goes to the dead letter, and what waits behind it goes on', () =>
    inFolder(async (folder) => {
      const { clock, minute, sleeps } = steppedClock();
      const { run, tell, bus, end } = lifeOver(join(folder, 'log.db'), clock);
      const story = growing<string>();
      let sick = true;
      const on: Handler = async function* (messages) {
        if (sick) throw new SetAside('an event of tomorrow');
        if (messages.some(({ id }) => id === 'a1')) throw new Error('makes no sense');
        for (const { id } of messages) story.add(id);
        yield [];
      };
      const reader = await run(on);
      await sleeps.reaches(1);
      await tell(word(ill, 'a1'), word(ill, 'a2'));
      while (!(await bus.aside.has('g', topic, ill))) await new Promise((resolve) => setImmediate(resolve));
      sick = false;
      minute();
      expect(await story.reaches(1)).toStrictEqual(['a2']);
      const letters = await (await listening(bus, `${topic}.dlq`, 'letters')).reaches(1);
      expect(letters.map((record) => new Map(record.headers).get('srm_origin'))).toStrictEqual([`${topic}/3/0`]);
      await reader.stop();
      await end();
    }));

  test('is tried again in its place, before anything else of its partition, where nobody keeps what is set aside', () =>
    inFolder(async (folder) => {
      const { clock } = steppedClock();
      const { run, tell, end } = lifeOver(join(folder, 'log.db'), clock);
      const story = growing<string>();
      let left = 2;
      const reader = await run(
        handler(story, (key) => key === ill && (left -= 1) >= 0),
        null,
      );
      await tell(word(ill, 'a1'));
      expect(await story.reaches(3)).toStrictEqual(['thrown', 'thrown', 'a1']);
      await reader.stop();
      await end();
    }));
});
