import { openDatabase, type Database } from './database.ts';
import { groupCommit } from './group-commit.ts';

const silent = { begun: () => undefined, rolledBack: () => undefined };

/** A database that remembers its transactions. */
function told(): { db: Database; said: string[] } {
  const db = openDatabase(':memory:');
  const said: string[] = [];
  return { said, db: { ...db, exec: (sql) => (said.push(sql), db.exec(sql)) } };
}

test('writes that arrive together are one transaction, applied in order', async () => {
  const { db, said } = told();
  const commits = groupCommit(db, silent);
  const applied: number[] = [];
  await Promise.all([1, 2, 3].map((n) => commits.write(() => applied.push(n))));
  await commits.write(() => applied.push(4));
  expect(applied).toEqual([1, 2, 3, 4]);
  expect(said).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'COMMIT']);
  await commits.close();
});

test('a write that throws rejects alone, the others of its group are kept', async () => {
  const { db } = told();
  const commits = groupCommit(db, silent);
  db.exec('CREATE TABLE t (x)');
  const outcomes = await Promise.allSettled([
    commits.write(() => db.run('INSERT INTO t VALUES (?)', [1])),
    commits.write(() => {
      throw new Error('no');
    }),
    commits.write(() => db.run('INSERT INTO t VALUES (?)', [2])),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(db.column('SELECT x FROM t ORDER BY x', [])).toEqual([1, 2]);
  await commits.close();
});

test('a full disk rejects the whole group as transient, keeps what was there, and is overcome', async () => {
  const { db } = told();
  const rolledBack: unknown[] = [];
  const commits = groupCommit(db, { begun: () => undefined, rolledBack: (error) => void rolledBack.push(error) });
  db.exec('CREATE TABLE t (x)');
  const insert = (text: string) => commits.write(() => db.run('INSERT INTO t VALUES (?)', [text]));
  await insert('before');
  const pages = Number(db.first('PRAGMA page_count', []));
  db.first(`PRAGMA max_page_count = ${pages}`, []);
  const outcomes = await Promise.allSettled([insert('small'), insert('x'.repeat(100_000)), insert('after')]);
  expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.name : 'kept'))).toEqual([
    'TransientError',
    'TransientError',
    'TransientError',
  ]);
  expect(rolledBack).toHaveLength(1);
  expect(db.column('SELECT x FROM t', [])).toEqual(['before']);
  db.first('PRAGMA max_page_count = 100000', []);
  await insert('later');
  expect(db.column('SELECT x FROM t', [])).toEqual(['before', 'later']);
  await commits.close();
});

test('closing waits for the writes under way; later ones are refused as transient', async () => {
  const { db } = told();
  const commits = groupCommit(db, silent);
  const under = Array.from({ length: 2500 }, (_, n) => commits.write(() => n));
  await commits.close();
  expect((await Promise.all(under)).at(-1)).toBe(2499);
  await expect(commits.write(() => 1)).rejects.toMatchObject({ name: 'TransientError' });
});
