import fc from 'fast-check';
import type { Batch, Bus, Received } from './bus.ts';
import { partitionOf } from './murmur2.ts';
import { contentOf, eachOn, growing, happening, keyIn, listening, recordOf } from './test-world.ts';

/** A bus that is there and empty, and how to have it again with the same content. */
export type BusUnderTest = Readonly<{ bus: Bus; restart: () => Promise<Bus>; end: () => Promise<void> }>;

const topic = 'srm.inputs.v1';
const of = (key: string, ...contents: readonly string[]) => contents.map((content) => recordOf(topic, key, content));
const contents = (records: readonly Received[]) => records.map(contentOf);
const last = (batch: Batch): number => batch.records.at(-1)?.position ?? -1;

/** What every bus must keep. Run with each adapter. */
export function busContract(name: string, make: () => Promise<BusUnderTest>): void {
  const on = eachOn(make);

  describe(`${name} as a bus`, () => {
    on('hands over key, headers and bytes as they were published', async ({ bus }) => {
      const heard = await listening(bus, topic, 'one');
      const published = [
        {
          topic,
          key: 'operation/部署',
          headers: [['__proto__', 'a\u00e9\n'] as const, ['', ''] as const],
          value: Buffer.from([0, 255, 13, 10]),
        },
        { topic, key: '', headers: [], value: Buffer.alloc(0) },
      ];
      for (const record of published) await bus.publish([record]);
      const received = await heard.reaches(2);
      const plain = received.map(({ topic, key, headers, value }) => ({ topic, key, headers, value: Buffer.from(value) }));
      expect(plain.sort((a, b) => b.key.length - a.key.length)).toStrictEqual(published);
    });

    on(
      'takes into a dead letter what is too large for a message, with the reason beside it, and nothing of that size elsewhere',
      async ({ bus }) => {
        const heard = await listening(bus, `${topic}.dlq`, 'one');
        const value = Buffer.alloc(1_048_588, 7);
        await bus.publish([{ topic: `${topic}.dlq`, key: 'k', headers: [['srm_reason', '因'.repeat(2_000)]], value }]);
        const [received] = await heard.reaches(1);
        expect(value.equals(received?.value ?? Buffer.alloc(0))).toBe(true);
        await expect(bus.publish([{ topic, key: 'k', headers: [], value }])).rejects.toThrow(
          '1048588 bytes is too large: the most is 1000000',
        );
      },
    );

    on('chooses the partition by the key alone, and counts up in it', async ({ bus }) => {
      const heard = await listening(bus, topic, 'one');
      const key = keyIn(7, 'k');
      await bus.publish(of(key, 'a', 'b'));
      await bus.publish(of(key, 'c'));
      const received = await heard.reaches(3);
      expect(received.map((record) => record.partition)).toStrictEqual([7, 7, 7]);
      const [first = 0] = received.map((record) => record.position);
      expect(received.map((record) => record.position - first)).toStrictEqual([0, 1, 2]);
    });

    on('keeps the order of each key, whatever was published together', async ({ bus }) => {
      const batches = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 5 }), { minLength: 1, maxLength: 8 });
      let round = 0;
      const law = fc.asyncProperty(batches, async (keys) => {
        round += 1;
        const heard = await listening(bus, topic, 'whole', 'whole');
        const records = keys.map((some, i) => some.map((key, n) => recordOf(topic, `${round}/${key}`, `${i}.${n}`)));
        await Promise.all(records.map((some) => bus.publish(some)));
        const received = await heard.reaches(records.flat().length);
        await heard.stop();
        for (const key of ['a', 'b', 'c', 'd'].map((name) => `${round}/${name}`)) {
          const mine = received.filter((record) => record.key === key);
          expect(contents(mine)).toStrictEqual(
            records
              .flat()
              .filter((record) => record.key === key)
              .map(contentOf),
          );
          expect(mine.map((record) => record.partition)).toStrictEqual(mine.map(() => partitionOf(key, 12)));
        }
      });
      await fc.assert(law, { numRuns: 15 });
    });

    on('hands over different partitions at once', async ({ bus }) => {
      const other = happening();
      const both = growing<string>();
      await bus.subscribe({
        topic,
        group: 'one',
        read: 'shared',
        onBatch: async (batch) => {
          if (batch.partition === 1) await other.happened;
          else other.happens();
          await batch.resolve(last(batch));
          both.add(`partition ${batch.partition}`);
        },
      });
      await bus.publish(of(keyIn(1, 'k'), 'waits'));
      await bus.publish(of(keyIn(2, 'k'), 'frees'));
      expect([...(await both.reaches(2))]).toStrictEqual(['partition 2', 'partition 1']);
    });

    on('gives no batch of a partition before the one before has settled', async ({ bus }) => {
      const settles = happening();
      const story = growing<string>();
      await bus.subscribe({
        topic,
        group: 'one',
        read: 'shared',
        onBatch: async (batch) => {
          story.add(`begins ${contents(batch.records).join()}`);
          if (contents(batch.records).includes('a')) await settles.happened;
          story.add(`ends ${contents(batch.records).join()}`);
          await batch.resolve(last(batch));
        },
      });
      await bus.publish(of('k', 'a'));
      await story.reaches(1);
      await bus.publish(of('k', 'b'));
      settles.happens();
      expect(await story.reaches(4)).toStrictEqual(['begins a', 'ends a', 'begins b', 'ends b']);
    });

    on('gives again what was not resolved when a batch throws, and only that', async ({ bus }) => {
      const seen = growing<string>();
      await bus.publish(of('k', 'a', 'b', 'c'));
      await bus.subscribe({
        topic,
        group: 'one',
        read: 'shared',
        onBatch: async (batch) => {
          for (const record of batch.records) {
            seen.add(contentOf(record));
            const second = contentOf(record) === 'b' && seen.items.filter((content) => content === 'b').length === 1;
            if (second) throw new Error('not yet');
            await batch.resolve(record.position);
          }
        },
      });
      expect(await seen.reaches(4)).toStrictEqual(['a', 'b', 'b', 'c']);
    });

    on('gives again what was not resolved when a batch ends without a word', async ({ bus }) => {
      const seen = growing<string>();
      await bus.publish(of('k', 'a'));
      await bus.subscribe({
        topic,
        group: 'one',
        read: 'shared',
        onBatch: async (batch) => {
          for (const record of batch.records) seen.add(contentOf(record));
          if (seen.items.length > 1) await batch.resolve(last(batch));
        },
      });
      expect(await seen.reaches(2)).toStrictEqual(['a', 'a']);
    });

    on('never goes back: to resolve less later changes nothing', async ({ bus }) => {
      const seen = growing<string>();
      await bus.publish(of('k', 'a', 'b'));
      const [first] = await (await listening(bus, topic, 'other')).reaches(1);
      await bus.subscribe({
        topic,
        group: 'one',
        read: 'shared',
        onBatch: async (batch) => {
          for (const record of batch.records) seen.add(contentOf(record));
          await batch.resolve(last(batch));
          await batch.resolve(first?.position ?? 0);
          if (seen.items.length === 2) throw new Error('after it was resolved');
        },
      });
      await seen.reaches(2);
      await bus.publish(of('k', 'c'));
      expect(await seen.reaches(3)).toStrictEqual(['a', 'b', 'c']);
    });

    on('gives a new group all from the beginning, and each group all of it', async ({ bus }) => {
      await bus.publish(of('k', 'a', 'b'));
      const [one, two] = [await listening(bus, topic, 'one'), await listening(bus, topic, 'two')];
      await bus.publish(of('k', 'c'));
      expect(contents(await one.reaches(3))).toStrictEqual(['a', 'b', 'c']);
      expect(contents(await two.reaches(3))).toStrictEqual(['a', 'b', 'c']);
    });

    on('gives each whole reader all that comes from its start on', async ({ bus }) => {
      await bus.publish(of('k', 'before'));
      const [one, two] = [await listening(bus, topic, 'g', 'whole'), await listening(bus, topic, 'g', 'whole')];
      await bus.publish(of('k', 'a', 'b'));
      expect(contents(await one.reaches(2))).toStrictEqual(['a', 'b']);
      expect(contents(await two.reaches(2))).toStrictEqual(['a', 'b']);
    });

    on('divides the partitions among the readers of a group', async ({ bus }) => {
      const [one, two] = [await listening(bus, topic, 'g'), await listening(bus, topic, 'g')];
      const keys = Array.from({ length: 12 }, (_, partition) => keyIn(partition, 'k'));
      const everything = await listening(bus, topic, 'all');
      await bus.publish(keys.flatMap((key) => of(key, key)));
      await everything.reaches(12);
      await Promise.all([one.reaches(6), two.reaches(6)]);
      expect([...one.items, ...two.items].map((record) => record.partition).sort((a, b) => a - b)).toStrictEqual(keys.map((_, n) => n));
    });

    on('tells a group anew at each join, and takes the partition from a batch under way', async ({ bus }) => {
      const joins = growing<string>();
      const began = happening<Batch>();
      const may = happening();
      const seen = growing<string>();
      const reader = (name: string) => ({
        topic,
        group: 'g',
        read: 'shared' as const,
        onJoin: () => joins.add(name),
        onBatch: async (batch: Batch) => {
          seen.add(contents(batch.records).join());
          began.happens(batch);
          await may.happened;
          await batch.resolve(last(batch));
        },
      });
      await bus.subscribe(reader('one'));
      await bus.publish(of('k', 'a'));
      const batch = await began.happened;
      expect(batch.alive()).toBe(true);
      const joined = bus.subscribe(reader('two'));
      while (batch.alive()) await new Promise((resolve) => setImmediate(resolve));
      may.happens();
      await joined;
      expect([...(await joins.reaches(3))].sort()).toStrictEqual(['one', 'one', 'two']);
      expect(await seen.reaches(2)).toStrictEqual(['a', 'a']);
    });

    on('stops when the batches under way have settled, and starts nothing more', async ({ bus }) => {
      const began = happening<Batch>();
      const may = happening();
      const story: string[] = [];
      const reader = await bus.subscribe({
        topic,
        group: 'one',
        read: 'shared',
        onBatch: async (batch) => {
          began.happens(batch);
          await may.happened;
          story.push('settled');
        },
      });
      await bus.publish(of('k', 'a'));
      const batch = await began.happened;
      const stopped = reader.stop().then(() => story.push('stopped'));
      expect(batch.alive()).toBe(false);
      await bus.publish(of('k', 'b'));
      may.happens();
      await stopped;
      expect(story).toStrictEqual(['settled', 'stopped']);
      expect(contents(await (await listening(bus, topic, 'one')).reaches(2))).toStrictEqual(['a', 'b']);
    });

    on('closes only when the batches under way have settled', async ({ bus }) => {
      const [began, may] = [happening(), happening()];
      const story: string[] = [];
      await bus.subscribe({
        topic,
        group: 'one',
        read: 'shared',
        onBatch: async () => {
          began.happens();
          await may.happened;
          story.push('settled');
        },
      });
      await bus.publish(of('k', 'a'));
      await began.happened;
      const closed = bus.close().then(() => story.push('closed'));
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      story.push('still under way');
      may.happens();
      await closed;
      expect(story).toStrictEqual(['still under way', 'settled', 'closed']);
    });

    on('goes on after a restart where a group had come to', async ({ bus, restart }) => {
      await bus.publish(of('k', 'a', 'b'));
      const heard = await listening(bus, topic, 'one');
      await heard.reaches(2);
      await heard.stop();
      await bus.publish(of('k', 'c'));
      const again = await restart();
      await again.publish(of('k', 'd'));
      expect(contents(await (await listening(again, topic, 'one')).reaches(2))).toStrictEqual(['c', 'd']);
      expect(contents(await (await listening(again, topic, 'new')).reaches(4))).toStrictEqual(['a', 'b', 'c', 'd']);
    });

    on('refuses topics that are not in the table, and has a dead letter for each that is', async ({ bus }) => {
      await expect(bus.publish([recordOf('srm.unheard.v1', 'k', 'a')])).rejects.toThrow('there is no topic srm.unheard.v1');
      await expect(listening(bus, 'srm.unheard.v1', 'one')).rejects.toThrow('there is no topic srm.unheard.v1');
      const heard = await listening(bus, `${topic}.dlq`, 'one');
      await bus.publish(['a', 'b', 'c'].map((key) => recordOf(`${topic}.dlq`, key, key)));
      expect(contents(await heard.reaches(3))).toStrictEqual(['a', 'b', 'c']);
    });
  });
}
