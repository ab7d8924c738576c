import { bytes, number, text, transaction, type Sql } from './database.ts';
import { asideStore, type AsideStore } from './aside-store.ts';
import type { BusRecord, Header, Received } from './bus.ts';
import { headersIn } from './headers-in.ts';
import { logTopics } from './log-topics.ts';

/** One partition of one topic. */
export type Stream = Readonly<{ id: number; topic: string; partition: number }>;
export type Entry = Readonly<{ stream: Stream; record: BusRecord; at: number }>;
export type Mark = Readonly<{ group: string; stream: Stream; next: number }>;

/** `waitsFor`: the group that has not read what is old enough to go; null: nothing is kept for anybody. */
export type Pruned = Readonly<{ dropped: number; waitsFor: string | null }>;

/** A record without its value. `at`: when it was written, milliseconds since 1970. */
export type Dropped = Readonly<{ key: string; headers: readonly Header[]; at: number }>;

/** Where records and the positions of groups lie. Nothing here waits: each call ends before it returns. */
export interface LogStore {
  streams: ReadonlyMap<string, readonly Stream[]>;
  /** The position that the next record of this stream gets. */
  end(stream: Stream): number;
  /** The position of the first record that is still there; of an empty stream, its end. */
  begin(stream: Stream): number;
  /** The last ones, newest first. */
  newest(stream: Stream, limit: number): readonly Dropped[];
  /** Writes all of it, durably, or nothing. */
  append(entries: readonly Entry[], marks: readonly Mark[]): void;
  /** In order; at most 500 records, and no more than it takes to reach 1 MB. */
  read(stream: Stream, from: number): readonly Received[];
  marks(group: string): ReadonlyMap<number, number>;
  /** Drops at most 5,000 records of the stream that are older than `before` and that no group with positions in this topic has still to read.
   *  The last one stays, so that positions go on. */
  prune(stream: Stream, before: number): Pruned;
  aside: AsideStore;
  close(): void;
}

const mostRecords = 500;
const mostBytes = 1_000_000;
const slice = 50;
const pruned = 5_000;
/** A record's row is its stream and its position in one number: each stream lies together, and grows at its end. */
const place = (stream: Stream, position: number): number => stream.id * 2 ** 40 + position;

/** @param open makes a connection; it is called again after a write has failed in the device, since such a handle is not to be trusted. */
export function logStore(open: () => Sql): LogStore {
  let tables = opened(open());
  let trusted = true;
  const sound = (): Tables => {
    if (!trusted) tables = opened(open());
    trusted = true;
    return tables;
  };
  const write = (work: (tables: Tables) => void): void => {
    const used = sound();
    try {
      work(used);
    } catch (error) {
      if (!isFull(error)) trusted = abandoned(tables);
      throw error;
    }
  };
  return {
    get streams() {
      return tables.streams;
    },
    end: (stream) => tables.end(stream),
    begin: (stream) => sound().begin(stream),
    newest: (stream, limit) => sound().newest(stream, limit),
    append: (entries, marks) => write(({ append }) => append(entries, marks)),
    read: (stream, from) => sound().read(stream, from),
    marks: (group) => sound().marks(group),
    prune: (stream, before) => sound().prune(stream, before),
    aside: {
      put: (group, records) => write(({ aside }) => aside.put(group, records)),
      done: (group, record) => write(({ aside }) => aside.done(group, record)),
      has: (group, topic, key) => sound().aside.has(group, topic, key),
      keys: (group, topic) => sound().aside.keys(group, topic),
      next: (group, topic, key) => sound().aside.next(group, topic, key),
    },
    close: () => void (trusted && tables.close()),
  };
}

const isFull = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL';

function opened(database: Sql): Tables {
  try {
    return tablesOf(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** False: nobody is to use it again, whether or not it could be closed. */
function abandoned(tables: Tables): false {
  try {
    tables.close();
  } catch {
    return false;
  }
  return false;
}

type Tables = ReturnType<typeof tablesOf>;

function tablesOf(database: Sql) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, UNIQUE (topic, partition));
    CREATE TABLE IF NOT EXISTS records (place INTEGER PRIMARY KEY, key TEXT NOT NULL, headers TEXT NOT NULL, value BLOB NOT NULL, at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS marks (grp TEXT NOT NULL, stream INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (grp, stream)) WITHOUT ROWID`);
  const streams = streamsIn(database);
  const last = database.prepare('SELECT place FROM records WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT 1');
  const insert = database.prepare('INSERT INTO records (place, key, headers, value, at) VALUES (?, ?, ?, ?, ?)');
  const mark = database.prepare('INSERT INTO marks VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET next = excluded.next');
  const some = database.prepare(
    `SELECT place, key, headers, value FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT ${slice}`,
  );
  const marked = database.prepare('SELECT stream, next FROM marks WHERE grp = ?');
  const kept = database.prepare('SELECT place FROM records WHERE place >= ? AND place < ? AND at >= ? ORDER BY place LIMIT 1');
  // A group that reads the topic and has no position here reads from the beginning.
  const slowest = database.prepare(`
    SELECT grp, COALESCE((SELECT next FROM marks WHERE grp = known.grp AND stream = ?), 0) AS next
    FROM (SELECT DISTINCT grp FROM marks WHERE stream IN (SELECT id FROM streams WHERE topic = ?)) AS known ORDER BY next LIMIT 1`);
  const first = database.prepare('SELECT place FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT 1');
  const latest = database.prepare('SELECT key, headers, at FROM records WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT ?');
  const drop = database.prepare('DELETE FROM records WHERE place >= ? AND place < ?');

  const endIn = (stream: Stream): number => {
    const row = last.all(place(stream, 0), place(stream, 2 ** 40))[0];
    return row === undefined ? 0 : number(row[0]) - place(stream, 0) + 1;
  };
  const ends = new Map([...streams.values()].flat().map((stream) => [stream.id, endIn(stream)]));
  const end = (stream: Stream): number => ends.get(stream.id) ?? 0;

  return {
    streams,
    end,
    begin: (stream: Stream): number => {
      const row = first.all(place(stream, 0), place(stream, end(stream)))[0];
      return row === undefined ? end(stream) : number(row[0]) - place(stream, 0);
    },
    newest: (stream: Stream, limit: number): readonly Dropped[] =>
      latest
        .all(place(stream, 0), place(stream, end(stream)), limit)
        .map((row) => ({ key: text(row[0]), headers: headersIn(text(row[1])), at: number(row[2]) })),
    append: (entries: readonly Entry[], marks: readonly Mark[]): void => {
      const next = new Map<number, number>();
      transaction(database, () => {
        for (const { stream, record, at } of entries) {
          const position = next.get(stream.id) ?? end(stream);
          insert.run(place(stream, position), record.key, JSON.stringify(record.headers), record.value, at);
          next.set(stream.id, position + 1);
        }
        for (const { group, stream, next: position } of marks) mark.run(group, stream.id, position);
      });
      for (const [id, position] of next) ends.set(id, position);
    },
    read: (stream: Stream, from: number): readonly Received[] => {
      const { topic, partition } = stream;
      const found: Received[] = [];
      for (let size = 0, at = from; found.length < mostRecords && size < mostBytes;) {
        const rows = some.all(place(stream, at), place(stream, end(stream)));
        for (const row of rows) {
          const value = bytes(row[3]);
          const position = number(row[0]) - place(stream, 0);
          if (found.length > 0 && size + value.length > mostBytes) return found;
          found.push({ topic, partition, position, key: text(row[1]), headers: headersIn(text(row[2])), value });
          size += value.length;
          at = position + 1;
        }
        if (rows.length < slice) return found;
      }
      return found;
    },
    marks: (group: string): ReadonlyMap<number, number> =>
      new Map(marked.all(group).map((row): [number, number] => [number(row[0]), number(row[1])])),
    prune: (stream: Stream, before: number): Pruned => {
      const [lowest, highest] = [place(stream, 0), place(stream, end(stream) - 1)];
      const begin = first.all(lowest, highest)[0];
      if (begin === undefined) return { dropped: 0, waitsFor: null };
      const from = number(begin[0]);
      const old = number(kept.all(lowest, highest, before)[0]?.[0] ?? highest);
      const [last] = slowest.all(stream.id, stream.topic);
      const read = last === undefined ? old : place(stream, number(last[1]));
      const until = Math.max(from, Math.min(old, read, from + pruned));
      if (until > from) transaction(database, () => drop.run(from, until));
      return { dropped: until - from, waitsFor: last !== undefined && read < old ? text(last[0]) : null };
    },
    aside: asideStore(database),
    close: (): void => database.close(),
  };
}

function streamsIn(database: Sql): ReadonlyMap<string, readonly Stream[]> {
  const add = database.prepare('INSERT INTO streams (topic, partition) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const all = [...logTopics.values()];
  transaction(database, () =>
    all.forEach((topic) => Array.from({ length: topic.partitions }, (_, partition) => add.run(topic.name, partition))),
  );
  const known = database
    .prepare('SELECT id, topic, partition FROM streams ORDER BY topic, partition')
    .all()
    .map((row) => ({ id: number(row[0]), topic: text(row[1]), partition: number(row[2]) }));
  return new Map(
    all.map((topic) => [topic.name, known.filter((stream) => stream.topic === topic.name && stream.partition < topic.partitions)]),
  );
}
