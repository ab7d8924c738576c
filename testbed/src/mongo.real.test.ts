import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDuplicateKey } from '@srm/documents';
import { documentsContract } from '@srm/documents/contract';
import { mongoDocuments, type MongoDocuments } from '@srm/documents/mongo';
import { asideContract } from '@srm/messaging/contract';
import { wallClock } from '@srm/messaging/testing';
import { documentsAside } from '@srm/service';
import { MongoClient } from 'mongodb';
import { mongo, mongoName, type Mongo } from './mongo.ts';

let folder = '';
let server: Mongo;
let admin: MongoClient;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'srm-mongo-'));
  server = await mongo(folder);
  admin = new MongoClient(server.uri);
});
afterAll(async () => {
  await admin.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

let databases = 0;
/** A database of its own is empty. */
const fresh = (): Promise<MongoDocuments> => mongoDocuments({ uri: server.uri, database: `d${++databases}`, patience: 1_000 });

documentsContract(mongoName, async () => {
  const documents = await fresh();
  return {
    documents,
    close: async () => {
      await documents.close();
      await admin.db(`d${databases}`).dropDatabase();
    },
  };
});

asideContract(mongoName, async () => {
  const documents = await fresh();
  return { aside: await documentsAside(documents), end: () => documents.close() };
});

type Job = { _id: string; [field: string]: unknown };
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it resolved',
    (error: unknown) => error,
  );

/** The next command of this name is answered by the server as told. */
const failing = (command: string, data: object, times = 1): Promise<unknown> =>
  admin.db('admin').command({ configureFailPoint: 'failCommand', mode: { times }, data: { failCommands: [command], ...data } });

describe('errors that pass are transient, and nothing else is', () => {
  test.each([
    ['not a writable primary', 10_107],
    ['primary stepped down', 189],
    ['shutdown in progress', 91],
    ['interrupted by a change of state', 11_602],
    ['too long for its time limit', 262],
  ])('%s', async (_, errorCode) => {
    const documents = await fresh();
    const jobs = documents.collection<Job>('jobs');
    await failing('insert', { errorCode }, 5);
    expect(await failureOf(jobs.insertOne({ _id: 'a' }))).toMatchObject({ name: 'TransientError' });
    await admin.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
    await jobs.insertOne({ _id: 'a' });
    const taken = await failureOf(jobs.insertOne({ _id: 'a' }));
    expect(isDuplicateKey(taken)).toBe(true);
    expect(taken).not.toMatchObject({ name: 'TransientError' });
    await documents.close();
  });

  test('a write that was done and not acknowledged by a majority', async () => {
    const documents = await fresh();
    const jobs = documents.collection<Job>('jobs');
    await failing('insert', { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } });
    expect(await failureOf(jobs.insertOne({ _id: 'a' }))).toMatchObject({ name: 'TransientError' });
    expect(isDuplicateKey(await failureOf(jobs.insertOne({ _id: 'a' })))).toBe(true);
    await documents.close();
  });

  test('a connection that breaks again and again; one that breaks once is tried again by the driver', async () => {
    const documents = await fresh();
    const jobs = documents.collection<Job>('jobs');
    await failing('update', { closeConnection: true }, 1);
    await jobs.insertOne({ _id: 'a', n: 0 });
    await jobs.updateOne({ _id: 'a' }, { $inc: { n: 1 } });
    expect(await jobs.findOne({ _id: 'a' })).toStrictEqual({ _id: 'a', n: 1 });
    await failing('update', { closeConnection: true }, 5);
    expect(await failureOf(jobs.updateOne({ _id: 'a' }, { $inc: { n: 1 } }))).toMatchObject({ name: 'TransientError' });
    await admin.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
    await documents.close();
  });

  test('after close; and where nobody answers from the start', async () => {
    const documents = await fresh();
    const jobs = documents.collection<Job>('jobs');
    await documents.ping();
    await documents.close();
    expect(await failureOf(jobs.findOne({ _id: 'a' }))).toMatchObject({ name: 'TransientError' });
    const nobody = mongoDocuments({ uri: 'mongodb://127.0.0.1:1/?directConnection=true', database: 'd', patience: 200 });
    expect(await failureOf(nobody)).toMatchObject({ name: 'TransientError' });
  });
});

test('what JSON would change in silence, and what is too large, is refused, and nothing is there', async () => {
  const documents = await fresh();
  const jobs = documents.collection<Job>('jobs');
  for (const value of [new Date(0), Buffer.from('x'), Number.NaN, 1n, () => 1]) {
    expect(await failureOf(jobs.insertOne({ _id: 'a', deep: [{ value }] }))).toMatchObject({ name: 'Refused' });
    expect(await failureOf(jobs.updateOne({ _id: 'a' }, { $set: { value } }, { upsert: true }))).toMatchObject({ name: 'Refused' });
  }
  for (const megabytes of [16.5, 18]) {
    const text = 'x'.repeat(megabytes * 1024 * 1024);
    expect(await failureOf(jobs.insertOne({ _id: 'a', text }))).toMatchObject({ code: 10_334 });
  }
  expect(await jobs.countDocuments({})).toBe(0);
  await documents.close();
});

test('a killed server has all that it acknowledged, and who wrote goes on with it', async () => {
  const documents = await fresh();
  const jobs = documents.collection<Job>('jobs');
  const acknowledged: string[] = [];
  const refused: unknown[] = [];
  const lane = async (name: string): Promise<void> => {
    for (let n = 0; refused.length === 0; n++)
      await jobs.insertOne({ _id: `${name}/${n}` }).then(
        () => acknowledged.push(`${name}/${n}`),
        (error: unknown) => refused.push(error),
      );
  };
  const writing = Promise.all(['a', 'b', 'c', 'd'].map(lane));
  while (acknowledged.length < 200) await wallClock.sleep(5);
  await server.part.kill();
  await writing;
  expect(refused.map((error) => (error as Error).name)).toStrictEqual(refused.map(() => 'TransientError'));
  await server.part.start();
  const there = new Set((await jobs.find({}).toArray()).map(({ _id }) => _id));
  expect(acknowledged.filter((id) => !there.has(id))).toStrictEqual([]);
  await jobs.insertOne({ _id: 'after' });
  await documents.close();
});
