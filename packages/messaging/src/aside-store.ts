import { bytes, number, text, transaction, type Sql } from './database.ts';
import type { Received } from './bus.ts';
import { headersIn } from './headers-in.ts';

/** What was set aside, in the database of the log. Nothing here waits. */
export type AsideStore = Readonly<{
  put: (group: string, records: readonly Received[]) => void;
  has: (group: string, topic: string, key: string) => boolean;
  keys: (group: string, topic: string) => readonly string[];
  next: (group: string, topic: string, key: string) => readonly Received[];
  done: (group: string, record: Received) => void;
}>;

const atOnce = 50;

export function asideStore(database: Sql): AsideStore {
  database.exec(`CREATE TABLE IF NOT EXISTS aside (grp TEXT NOT NULL, topic TEXT NOT NULL, key TEXT NOT NULL, partition INTEGER NOT NULL,
    position INTEGER NOT NULL, headers TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (grp, topic, key, partition, position)) WITHOUT ROWID`);
  const insert = database.prepare('INSERT INTO aside VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const some = database.prepare('SELECT 1 FROM aside WHERE grp = ? AND topic = ? AND key = ? LIMIT 1');
  const all = database.prepare('SELECT DISTINCT key FROM aside WHERE grp = ? AND topic = ? ORDER BY key');
  const oldest = database.prepare(`SELECT partition, position, headers, value FROM aside WHERE grp = ? AND topic = ? AND key = ?
    ORDER BY partition, position LIMIT ${atOnce}`);
  const remove = database.prepare('DELETE FROM aside WHERE grp = ? AND topic = ? AND key = ? AND partition = ? AND position = ?');
  return {
    put: (group, records) =>
      transaction(database, () => {
        for (const { topic, key, partition, position, headers, value } of records)
          insert.run(group, topic, key, partition, position, JSON.stringify(headers), value);
      }),
    has: (group, topic, key) => some.all(group, topic, key).length > 0,
    keys: (group, topic) => all.all(group, topic).map((row) => text(row[0])),
    next: (group, topic, key) =>
      oldest.all(group, topic, key).map((row) => {
        const [partition, position] = [number(row[0]), number(row[1])];
        return { topic, key, partition, position, headers: headersIn(text(row[2])), value: bytes(row[3]) };
      }),
    done: (group, { topic, key, partition, position }) => transaction(database, () => remove.run(group, topic, key, partition, position)),
  };
}
