import { deadLetterOf } from '@srm/schemas';
import type { Bus, BusRecord } from './bus.ts';
import type { Gauges } from './gauges.ts';
import { broughtBack, deadLetter } from './dead-letter.ts';
import { contentOf, eachOn, keyIn, listening, recordOf } from './test-world.ts';

export type GaugesUnderTest = Readonly<{ bus: Bus; gauges: Gauges; end: () => Promise<void> }>;

const topic = 'srm.inputs.v1';

/** What the gauges of every bus must keep. */
export function gaugesContract(name: string, make: () => Promise<GaugesUnderTest>): void {
  const on = eachOn(make);

  describe(`${name} as gauges`, () => {
    on('a group is behind by what it has still to read, over all partitions', async ({ bus, gauges }) => {
      const behind = async (...groups: readonly string[]) =>
        (await gauges.lag(groups.map((group) => ({ group, topic })))).map((lag) => [lag.group, lag.topic, lag.behind]);
      await bus.publish([recordOf(topic, keyIn(1, 'k'), 'a'), recordOf(topic, keyIn(2, 'k'), 'b'), recordOf(topic, keyIn(2, 'k'), 'c')]);
      expect(await behind('one')).toStrictEqual([['one', topic, 3]]);
      const heard = await listening(bus, topic, 'one');
      await heard.reaches(3);
      await heard.stop();
      expect(await behind('one')).toStrictEqual([['one', topic, 0]]);
      await bus.publish([recordOf(topic, keyIn(5, 'k'), 'd')]);
      expect(await behind('another', 'one')).toStrictEqual([
        ['another', topic, 4],
        ['one', topic, 1],
      ]);
    });

    on('a dead letter is counted, and its newest records say why and from where', async ({ bus, gauges }) => {
      expect(await gauges.deadLetters([topic, 'srm.events.v1'])).toStrictEqual([]);
      for (const n of [1, 2, 3, 4, 5, 6]) {
        const record = { ...recordOf(topic, `operation/${n}`, 'x'), headers: [['ce_type', 'JobStarted'] as const] };
        await bus.publish([deadLetter({ ...record, partition: 3, position: n }, new Error(`reason ${n}`))]);
      }
      const [found, ...others] = await gauges.deadLetters(['srm.events.v1', topic]);
      expect(others).toStrictEqual([]);
      expect([found?.topic, found?.count]).toStrictEqual([topic, 6]);
      expect(found?.newest.map(({ at: _, ...rest }) => rest)).toStrictEqual(
        [6, 5, 4, 3, 2].map((n) => ({
          key: `operation/${n}`,
          type: 'JobStarted',
          reason: `reason ${n}`,
          origin: `${topic}/3/${n}`,
        })),
      );
      expect(found?.newest.every(({ at }) => at > 0)).toBe(true);
      expect((await gauges.deadLetters([topic]))[0]?.newest).toStrictEqual(found?.newest);
      expect(await gauges.lag([{ group: 'nobody', topic: deadLetterOf(topic) }])).toStrictEqual([
        { group: 'nobody', topic: deadLetterOf(topic), behind: 6 },
      ]);
    });

    on(
      'a record in a dead letter is brought back with its own bytes and headers, and handled as it would have been',
      async ({ bus, gauges }) => {
        const originals: readonly BusRecord[] = ['a', 'b', 'c', 'd'].map((content) => ({
          topic,
          key: `operation/${content}`,
          headers: [
            ['ce_type', 'JobStarted'],
            ['srm_reason', 'its own header'],
          ],
          value: Buffer.concat([Buffer.from([0, 255]), Buffer.from(content)]),
        }));
        expect(await gauges.buried(topic, 0, 10)).toStrictEqual([]);
        for (const [n, record] of originals.entries())
          await bus.publish([deadLetter({ ...record, partition: 3, position: n }, new Error('not yet'))]);
        const all = await gauges.buried(topic, 0, 10);
        const plain = (record: BusRecord) => ({ ...broughtBack(record), value: Buffer.from(record.value) });
        expect(all.map(plain)).toStrictEqual(originals);
        const [first = 0] = all.map(({ position }) => position);
        const some = await gauges.buried(topic, first + 1, 2);
        expect(some.map(({ position }) => position)).toStrictEqual([first + 1, first + 2]);
        expect(some.map(plain)).toStrictEqual(originals.slice(1, 3));
        const heard = await listening(bus, topic, 'one');
        await bus.publish(some.map(broughtBack));
        expect((await heard.reaches(2)).map(contentOf).sort()).toStrictEqual(originals.slice(1, 3).map(contentOf));
        expect(() => broughtBack(originals[0] ?? recordOf(topic, 'k', 'x'))).toThrow(`${topic} is no dead letter`);
      },
    );
  });
}
