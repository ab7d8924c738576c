import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from './database.ts';
import { documentsContract } from './documents.contract.ts';
import { embeddedDocuments } from './embedded.ts';
import { createIndex } from './create-index.ts';
import { orderBy, searchOf } from './read.ts';
import { shelvesOf } from './shelf.ts';

documentsContract('embedded', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  return { documents, close: () => documents.close() };
});

type Job = { _id: string; [field: string]: unknown };

function inFolder(): { file: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  return { file: join(folder, 'documents.db'), remove: () => rmSync(folder, { recursive: true }) };
}

test('documents, indexes and what is known of lists are there again after a restart', async () => {
  const { file, remove } = inFolder();
  const before = embeddedDocuments({ file });
  const jobs = before.collection<Job>('jobs');
  await jobs.createIndex({ x: 1 }, { unique: true });
  await jobs.createIndex({ tags: 1 });
  await jobs.insertOne({ _id: 'a', x: 1, tags: ['red'] });
  await before.close();
  const after = embeddedDocuments({ file });
  const again = after.collection<Job>('jobs');
  expect(await again.find({ tags: 'red' }).toArray()).toEqual([{ _id: 'a', x: 1, tags: ['red'] }]);
  await expect(again.insertOne({ _id: 'b', x: 1 })).rejects.toMatchObject({ code: 11000 });
  await after.close();
  remove();
});

test('two that have the same file open stay right: what one indexes and writes, the other knows', async () => {
  const { file, remove } = inFolder();
  const [one, other] = [embeddedDocuments({ file }), embeddedDocuments({ file })];
  const [mine, theirs] = [one.collection<Job>('jobs'), other.collection<Job>('jobs')];
  await mine.createIndex({ tags: 1 });
  expect(await mine.find({ tags: 'red' }).toArray()).toEqual([]);
  await theirs.insertOne({ _id: 'a', tags: ['red'] });
  expect(await mine.find({ tags: 'red' }).toArray()).toEqual([{ _id: 'a', tags: ['red'] }]);
  await theirs.createIndex({ x: 1 }, { unique: true });
  await expect(mine.insertOne({ _id: 'b', x: [1] })).rejects.toThrow('a list at x');
  await Promise.all([one.close(), other.close()]);
  remove();
});

test('after close, reads and writes are refused as transient', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  const jobs = documents.collection<Job>('jobs');
  await jobs.insertOne({ _id: 'a' });
  await documents.close();
  await documents.close();
  await expect(jobs.findOne({ _id: 'a' })).rejects.toMatchObject({ name: 'TransientError' });
  await expect(jobs.insertOne({ _id: 'b' })).rejects.toMatchObject({ name: 'TransientError' });
});

test('names that could get into SQL are refused', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  for (const name of ['', 'a"b', 'a b', "a';", 'sqlite_master', 'srm/meta', 'x'.repeat(65)])
    expect(() => documents.collection(name)).toThrow('cannot be the name');
  const jobs = documents.collection<Job>('jobs');
  for (const path of ['', 'a..b', `a'`, 'a"b', 'a b', '$a', '__proto__.x', 'a.constructor']) {
    await expect(jobs.find({ [path]: 1 }).toArray()).rejects.toThrow();
    await expect(jobs.find({}, { sort: { [path]: 1 } }).toArray()).rejects.toThrow();
    await expect(jobs.createIndex({ [path]: 1 })).rejects.toThrow();
    await expect(jobs.updateOne({ _id: 'a' }, { $set: { [path]: 1 } }, { upsert: true })).rejects.toThrow();
  }
  await expect(jobs.createIndex({ a: 1 }, { name: 'x" ON jobs' })).rejects.toThrow('cannot be the name of an index');
  expect(await jobs.countDocuments({})).toBe(0);
  await documents.close();
});

test('what JSON would change in silence is refused and says where', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  const jobs = documents.collection<Job>('jobs');
  const wrong = { date: new Date(0), bytes: Buffer.from('x'), map: new Map(), nan: Number.NaN, big: 1n, call: () => 1 };
  for (const [name, value] of Object.entries(wrong))
    await expect(jobs.insertOne({ _id: name, deep: [{ [name]: value }] })).rejects.toThrow(`deep.0.${name} cannot be stored`);
  for (const _id of ['a\u0000b', '\ud800']) await expect(jobs.insertOne({ _id })).rejects.toThrow('_id has to be a string');
  await expect(jobs.insertOne({ _id: 'large', text: 'x'.repeat(17 * 1024 * 1024) })).rejects.toThrow('too large');
  expect(await jobs.countDocuments({})).toBe(0);
  await documents.close();
});

test('a list on a path of a unique or partial index is refused: it could not be judged', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  const jobs = documents.collection<Job>('jobs');
  await jobs.createIndex({ 'a.b': 1 }, { unique: true, name: 'one' });
  await expect(jobs.insertOne({ _id: 'x', a: [{ b: 1 }] })).rejects.toThrow('a list at a.b is not supported by the index one of jobs');
  await jobs.insertOne({ _id: 'y', c: [1] });
  await expect(jobs.createIndex({ d: 1 }, { partialFilterExpression: { c: 1 } })).rejects.toThrow('jobs has lists at c');
  await documents.close();
});

test('questions go by an index: whole, compound with an order, and partial', () => {
  const db = openDatabase(':memory:');
  const shelf = shelvesOf(db).of('jobs');
  createIndex(db, shelf, { tenant: 1, requested: -1 }, { name: 'list' });
  createIndex(db, shelf, { due: 1 }, { name: 'due', partialFilterExpression: { fired: false } });
  createIndex(db, shelf, { state: 1 }, { name: 'open', partialFilterExpression: { state: { $in: ['opened', 'started'] } } });
  const planOf = (filter: Record<string, unknown>, order: Record<string, 1 | -1> = {}): string => {
    const { where, values } = searchOf(shelf, filter);
    return db.column(`EXPLAIN QUERY PLAN SELECT json FROM jobs WHERE ${where}${orderBy(shelf, order)}`, values).join(', ');
  };
  expect(planOf({ _id: 'a' })).toBe('SEARCH jobs USING INDEX sqlite_autoindex_jobs_1 (id=?)');
  expect(planOf({ tenant: 't' })).toBe('SEARCH jobs USING INDEX jobs/list (<expr>=?)');
  expect(planOf({ tenant: 't' }, { requested: -1 })).toBe('SEARCH jobs USING INDEX jobs/list (<expr>=?)');
  expect(planOf({ tenant: 't', requested: { $lt: 'x' } }, { requested: -1 })).toBe(
    'SEARCH jobs USING INDEX jobs/list (<expr>=? AND <expr>>? AND <expr><?)',
  );
  expect(planOf({ due: { $lte: 5 }, fired: false })).toBe('SEARCH jobs USING INDEX jobs/due (<expr>>? AND <expr><?)');
  expect(planOf({ state: 'opened' })).toBe('SEARCH jobs USING INDEX jobs/open (<expr>=?)');
  expect(planOf({ state: 'closed' })).toBe('SCAN jobs');
  db.close();
});
