import { join } from 'node:path';
import { busContract } from './bus.contract.ts';
import type { Bus } from './bus.ts';
import { openDatabase, type Sql } from './database.ts';
import { embeddedLog, type EmbeddedLog } from './embedded-log.ts';
import { TransientError } from './errors.ts';
import { contentOf, growing, hurriedClock, inFolder, keyIn, listLog, listening, recordOf } from './test-world.ts';

busContract('the embedded log', async () => {
  const left = { folder: (): void => undefined };
  const folder = new Promise<string>((resolve) => {
    void inFolder(async (path) => {
      resolve(path);
      await new Promise<void>((done) => (left.folder = done));
    });
  });
  const open = async () => embeddedLog({ file: join(await folder, 'log.db'), clock: hurriedClock(), log: listLog(), synchronous: 'off' });
  let bus = await open();
  return {
    bus,
    restart: async () => {
      await bus.close();
      bus = await open();
      return bus;
    },
    end: async () => {
      await bus.close();
      left.folder();
    },
  };
});

const topic = 'srm.inputs.v1';
const logOver = (open: () => Sql, log = listLog(), clock = hurriedClock()): EmbeddedLog =>
  embeddedLog({ file: ':memory:', clock, log, open });
const publish = (bus: Bus, key: string, content = key) => bus.publish([recordOf(topic, key, content)]);

/** A database that tells what is executed, and may refuse to. */
const telling = (inner: Sql, told: (sql: string) => void): Sql => ({
  ...inner,
  exec: (sql) => {
    told(sql);
    inner.exec(sql);
  },
});

describe('the embedded log', () => {
  test('writes what is published together in one transaction, with the positions resolved since', async () => {
    let commits = 0;
    const clock = { ...hurriedClock(), sleep: () => new Promise<void>(() => undefined) };
    const bus = logOver(() => telling(openDatabase(':memory:'), (sql) => void (sql === 'COMMIT' && (commits += 1))), listLog(), clock);
    commits = 0;
    const heard = await listening(bus, topic, 'g');
    for (let round = 1; round <= 3; round += 1) {
      await Promise.all(Array.from({ length: 100 }, (_, n) => publish(bus, `k${n}`)));
      await heard.reaches(round * 100);
      expect(commits).toBe(round);
    }
    await bus.close();
    expect(commits).toBe(4);
  });

  test('writes positions a little later when nothing else is written', async () => {
    const commits = growing<string>();
    const bus = logOver(() => telling(openDatabase(':memory:'), (sql) => void (sql === 'COMMIT' && commits.add(sql))));
    const before = commits.items.length;
    await listening(bus, topic, 'g');
    await publish(bus, 'k');
    await commits.reaches(before + 2);
    await bus.close();
    expect(commits.items.length).toBe(before + 2);
  });

  test('bounds a batch to 500 records, and to 1 MB', async () => {
    const bus = logOver(() => openDatabase(':memory:'));
    await bus.publish(Array.from({ length: 1_234 }, (_, n) => recordOf(topic, 'k', String(n))));
    await bus.publish(Array.from({ length: 8 }, () => ({ ...recordOf(topic, 'k', ''), value: Buffer.alloc(300_000) })));
    await bus.publish([{ ...recordOf(topic, 'k', ''), value: Buffer.alloc(1_000_000) }]);
    const sizes = growing<number>();
    await bus.subscribe({
      topic,
      group: 'g',
      read: 'shared',
      onBatch: async ({ records, resolve }) => {
        await resolve(records.at(-1)?.position ?? 0);
        sizes.add(records.length);
      },
    });
    expect(await sizes.reaches(6)).toStrictEqual([500, 500, 237, 3, 2, 1]);
    await expect(bus.publish([{ ...recordOf(topic, 'k', ''), value: Buffer.alloc(1_000_001) }])).rejects.toThrow('too large');
    await bus.close();
  });

  test('rejects what finds no room on the disk, and goes on once there is room', async () => {
    const [log, database] = [listLog(), openDatabase(':memory:')];
    const bus = logOver(() => database, log);
    const heard = await listening(bus, topic, 'g');
    await publish(bus, 'a');
    database.exec('PRAGMA max_page_count = 1');
    const large = { ...recordOf(topic, 'large', ''), value: Buffer.alloc(100_000) };
    const ended = await Promise.allSettled([bus.publish([large]), publish(bus, 'b', 'with it')]);
    expect(ended.map((one) => one.status === 'rejected' && one.reason instanceof TransientError)).toStrictEqual([true, true]);
    expect(log.lines).toStrictEqual(['error the log could not be written; whoever published is told to try again']);
    database.exec('PRAGMA max_page_count = 100000');
    await publish(bus, 'b', 'again');
    expect((await heard.reaches(2)).map(contentOf)).toStrictEqual(['a', 'again']);
    await bus.close();
  });

  test('after a failed write to the device it uses the handle no more, and says nothing was written that was not', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log.db');
      let fails = false;
      let opened = 0;
      const open = (): Sql => {
        opened += 1;
        const handle = opened;
        return telling(openDatabase(file), (sql) => {
          if (fails && sql === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' });
          if (opened > handle) throw new Error('a handle was used after it failed');
        });
      };
      const bus = logOver(open);
      const heard = await listening(bus, topic, 'g');
      const key = keyIn(5, 'k');
      await publish(bus, key, 'a');
      fails = true;
      for (const content of ['lost', 'lost again']) {
        await expect(publish(bus, key, content)).rejects.toThrow('the log could not be written: disk I/O error');
      }
      fails = false;
      await publish(bus, key, 'b');
      await publish(bus, key, 'c');
      expect((await heard.reaches(3)).map((record) => `${record.position} ${contentOf(record)}`)).toStrictEqual(['0 a', '1 b', '2 c']);
      await bus.close();
      expect(opened).toBe(3);
    }));

  test('drops what is older than its topic keeps, never events, and goes on counting', async () => {
    const clock = hurriedClock();
    let now = 1_000_000;
    const log = listLog();
    const bus = logOver(() => openDatabase(':memory:'), log, { ...clock, now: () => now });
    const day = 24 * 60 * 60 * 1000;
    const key = keyIn(5, 'k');
    const old = Array.from({ length: 6_000 }, (_, n) => recordOf(topic, key, `old ${n}`));
    await bus.publish([...old, recordOf('srm.events.v1', key, 'event')]);
    now += 10 * day;
    await publish(bus, key, 'young');
    expect(await bus.prune(now + 4 * day - 1)).toBe(0);
    expect(await bus.prune(now + 4 * day + 1)).toBe(6_000);
    const kept = await (await listening(bus, topic, 'g')).reaches(1);
    expect(kept.map((record) => `${record.position} ${contentOf(record)}`)).toStrictEqual(['6000 young']);
    expect(await bus.prune(now + 400 * day)).toBe(0);
    await publish(bus, key, 'younger');
    expect((await (await listening(bus, topic, 'h')).reaches(2)).map((record) => record.position)).toStrictEqual([6000, 6001]);
    expect((await (await listening(bus, 'srm.events.v1', 'g')).reaches(1)).map(contentOf)).toStrictEqual(['event']);
    // g and h have no position: what was there before them is gone too.
    expect(log.lines).toStrictEqual(Array.from({ length: 2 }, () => 'error records were dropped before they were read'));
    await bus.close();
  });

  test('never drops what a group that has a position did not read, and says which group it waits for', async () => {
    let now = 0;
    const log = listLog();
    const bus = logOver(() => openDatabase(':memory:'), log, { ...hurriedClock(), now: () => now });
    const heard = await listening(bus, topic, 'g');
    const ahead = await listening(bus, topic, 'ahead');
    await publish(bus, 'k', 'a');
    await Promise.all([heard.reaches(1), ahead.reaches(1)]);
    await heard.stop();
    for (const content of ['b', 'c', 'd']) await publish(bus, 'k', content);
    await ahead.reaches(4);
    now = 1e12;
    expect([await bus.prune(now), await bus.prune(now)]).toStrictEqual([1, 0]);
    const waits = 'warn records of srm.inputs.v1 are kept longer than it says: g did not read them yet';
    expect(log.lines).toStrictEqual([waits, waits]);
    expect((await (await listening(bus, topic, 'g')).reaches(3)).map(contentOf)).toStrictEqual(['b', 'c', 'd']);
    expect(await bus.prune(now)).toBe(2);
    expect(log.lines).toStrictEqual([waits, waits]);
    await bus.close();
  });

  test('never drops what a group reads that is still in its first batch', async () => {
    let now = 0;
    const log = listLog();
    const bus = logOver(() => openDatabase(':memory:'), log, { ...hurriedClock(), now: () => now });
    for (const content of ['a', 'b']) await publish(bus, keyIn(3, 'k'), content);
    const asked = growing<string>();
    const onBatch = () => (asked.add('asked'), new Promise<void>((resolve) => (freed = resolve)));
    let freed = (): void => undefined;
    const reader = await bus.subscribe({ topic, group: 'g', read: 'shared', onBatch });
    await asked.reaches(1);
    now = 1e12;
    expect(await bus.prune(now)).toBe(0);
    freed();
    await reader.stop();
    await bus.close();
  });

  test('says so loudly when something was dropped before a group had it that had no position', async () => {
    let now = 0;
    const log = listLog();
    const bus = logOver(() => openDatabase(':memory:'), log, { ...hurriedClock(), now: () => now });
    for (const content of ['b', 'c']) await publish(bus, 'k', content);
    now = 1e12;
    expect(await bus.prune(now)).toBe(1);
    expect((await (await listening(bus, topic, 'g')).reaches(1)).map(contentOf)).toStrictEqual(['c']);
    expect(log.lines).toStrictEqual(['error records were dropped before they were read']);
    await bus.close();
  });

  test('refuses to publish once it is closed', async () => {
    const bus = logOver(() => openDatabase(':memory:'));
    await bus.close();
    await expect(publish(bus, 'k')).rejects.toThrow('the log is closed');
    await bus.close();
  });
});
