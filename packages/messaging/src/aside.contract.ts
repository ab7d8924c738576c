import type { Aside } from './aside.ts';
import type { Received } from './bus.ts';
import { contentOf, eachOn, recordOf } from './test-world.ts';

export type AsideUnderTest = Readonly<{ aside: Aside; end: () => Promise<void> }>;

const topic = 'srm.inputs.v1';
const at = (key: string, position: number, content = String(position)): Received => ({
  ...recordOf(topic, key, content),
  headers: [
    ['ce_type', 'JobStarted'],
    ['twice', 'a'],
    ['twice', 'ü\n'],
  ],
  partition: 3,
  position,
});
const plain = (records: readonly Received[]) => records.map((record) => ({ ...record, value: Buffer.from(record.value) }));

/** What every place for what was set aside must keep. */
export function asideContract(name: string, make: () => Promise<AsideUnderTest>): void {
  const on = eachOn(make);

  describe(`${name} as a place for what is set aside`, () => {
    on('records wait under their key in the order of their positions, as they came, once', async ({ aside }) => {
      const [first, second, tenth] = [at('operation/部署', 2), at('operation/部署', 9), at('operation/部署', 10)];
      await aside.put('one', [second, tenth]);
      await aside.put('one', [first, second]);
      expect(plain(await aside.next('one', topic, 'operation/部署'))).toStrictEqual(plain([first, second, tenth]));
      await aside.done('one', first);
      await aside.done('one', first);
      expect((await aside.next('one', topic, 'operation/部署')).map(contentOf)).toStrictEqual(['9', '10']);
    });

    on('any bytes come back, and none', async ({ aside }) => {
      const records = [
        { ...at('k', 1), value: Buffer.from(Array.from({ length: 256 }, (_, n) => n)) },
        { ...at('k', 2), value: Buffer.alloc(0), headers: [] },
      ];
      await aside.put('one', records);
      expect(plain(await aside.next('one', topic, 'k'))).toStrictEqual(plain(records));
    });

    on('groups, topics and keys do not see each other', async ({ aside }) => {
      await aside.put('one', [at('b', 1), at('a', 2), at('a', 3)]);
      await aside.put('two', [at('c', 1)]);
      await aside.put('one', [{ ...at('d', 1), topic: 'srm.events.v1' }]);
      expect(await aside.keys('one', topic)).toStrictEqual(['a', 'b']);
      expect(await aside.keys('one', 'srm.events.v1')).toStrictEqual(['d']);
      expect(await aside.keys('three', topic)).toStrictEqual([]);
      expect([await aside.has('one', topic, 'a'), await aside.has('one', topic, 'c'), await aside.has('two', topic, 'a')]).toStrictEqual([
        true,
        false,
        false,
      ]);
      await aside.done('one', at('b', 1));
      expect([await aside.keys('one', topic), await aside.has('one', topic, 'b')]).toStrictEqual([['a'], false]);
    });

    on('many that wait are given in slices, the oldest first, and none is passed over', async ({ aside }) => {
      const records = Array.from({ length: 130 }, (_, n) => at('k', n));
      await aside.put('one', records);
      const seen: string[] = [];
      for (let some = await aside.next('one', topic, 'k'); some.length > 0; some = await aside.next('one', topic, 'k'))
        for (const record of some) {
          seen.push(contentOf(record));
          await aside.done('one', record);
        }
      expect(seen).toStrictEqual(records.map(contentOf));
      expect(await aside.has('one', topic, 'k')).toBe(false);
    });
  });
}
