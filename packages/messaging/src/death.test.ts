import { join } from 'node:path';
import fc from 'fast-check';
import { embeddedCodec, embeddedLog, runSubscription, say, TransientError, type Bus, type Handler } from './index.ts';
import { contentOf, happening, hurriedClock, inFolder, listLog, listening, word } from './test-world.ts';

/** What becomes of one call of the bus. `dies …`: nothing more happens in this world, and nobody in it is told. */
type Fate = 'done' | 'done twice' | 'lost' | 'done, but called lost' | 'dies before' | 'dies after';
const fates = fc.array(
  fc.constantFrom<Fate>('done', 'done', 'done', 'done', 'done twice', 'lost', 'done, but called lost', 'dies before', 'dies after'),
  { maxLength: 40 },
);

const never = (): Promise<never> => new Promise(() => undefined);

/** A bus whose calls meet these fates, one after the other; then all goes well. */
function fated(bus: Bus, fate: () => Fate, die: () => void, dead: () => boolean): Bus {
  const meet = async (call: () => Promise<void>, mayFail: boolean): Promise<void> => {
    if (dead()) return never();
    const met = fate();
    if (met === 'dies before') return (die(), never());
    if (met !== 'lost' || !mayFail) await call();
    if (met === 'done twice') await call();
    if (met === 'dies after') return (die(), never());
    if (mayFail && met.includes('lost')) throw new TransientError(met);
  };
  return {
    ...bus,
    publish: (records) => meet(() => bus.publish(records), true),
    subscribe: (options) =>
      bus.subscribe({
        ...options,
        onBatch: (batch) => options.onBatch({ ...batch, resolve: (position) => meet(() => batch.resolve(position), false) }),
      }),
  };
}

const codec = embeddedCodec({ file: ':memory:' });
const inputs = ['a1', 'b1', 'a2', 'c1', 'a3', 'b2', 'poison', 'c2', 'c3', 'b3'];
const keyOf = (id: string): string => (id === 'poison' ? 'b' : id.slice(0, 1));

/** Answers each in two yields. */
const answering = (): Handler =>
  async function* (messages) {
    for (const { id, subject } of messages) {
      if (id === 'poison') throw new Error('no');
      yield [{ topic: 'events', message: word(subject, `${id}/1`) }];
      yield [{ topic: 'events', message: word(subject, `${id}/2`) }];
    }
  };

let lives = 0;

/** One life of the process: until it dies, or all is answered. */
async function life(file: string, fate: () => Fate): Promise<readonly string[]> {
  let dead = false;
  const death = happening();
  const hurried = hurriedClock();
  const clock = { ...hurried, sleep: (milliseconds: number) => (dead ? never() : hurried.sleep(milliseconds)) };
  const log = listLog();
  const inner = embeddedLog({ file, clock, log, synchronous: 'off' });
  const bus = fated(
    inner,
    fate,
    () => ((dead = true), death.happens()),
    () => dead,
  );
  const answers = await listening(inner, 'srm.events.v1', `answers ${(lives += 1)}`);
  const letters = await listening(inner, 'srm.inputs.v1.dlq', `letters ${lives}`);
  const wanted = inputs.flatMap((id) => (id === 'poison' ? [] : [`${id}/1`, `${id}/2`]));
  await runSubscription({ bus, codec, clock, log, group: 'g', subscription: { topic: 'inputs', read: 'shared', on: answering() } });
  const complete = async (): Promise<void> => {
    for (let count = 1; ; count += 1) {
      const heard = await answers.reaches(count);
      const ids = await Promise.all(heard.map(async (record) => (await codec.decode(record)).id));
      if (wanted.every((id) => ids.includes(id))) break;
    }
    await letters.reaches(1);
  };
  await Promise.race([death.happened, complete()]);
  if (dead) return [];
  await inner.close();
  expect(letters.items.map(contentOf).every((content) => content.includes('poison'))).toBe(true);
  return Promise.all(answers.items.map(async (record) => `${record.key} ${(await codec.decode(record)).id}`));
}

test('whatever call of the bus fails, is doubled, or is the last before death: every input is answered, in order, and only the poison is not', async () => {
  const law = fc.asyncProperty(fates, (list) =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db');
      const begin = embeddedLog({ file, clock: hurriedClock(), log: listLog(), synchronous: 'off' });
      await say(
        { bus: begin, codec },
        inputs.map((id) => ({ topic: 'inputs', message: word(keyOf(id), id) })),
      );
      await begin.close();
      const waiting = [...list];
      let said: readonly string[] = [];
      while (said.length === 0) said = await life(file, () => waiting.shift() ?? 'done');
      for (const key of ['a', 'b', 'c']) {
        const mine = said.filter((one) => one.startsWith(`${key} `)).map((one) => one.slice(2));
        const firsts = [...new Set(mine)];
        expect(firsts).toStrictEqual([1, 2, 3].flatMap((n) => [`${key}${n}/1`, `${key}${n}/2`]));
      }
    }),
  );
  await fc.assert(law, { numRuns: 25 });
});
