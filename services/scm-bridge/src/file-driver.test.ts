import { driverContract } from '@srm/bridge/contract';
import type { Job, JobStatus } from '@srm/bridge';
import { digestOf } from '@srm/definitions';
import { embeddedDocuments, type Documents } from '@srm/documents';
import { TransientError } from '@srm/messaging';
import { fileDriver } from './file-driver.ts';
import { currentItems, type ItemDocument } from './items.ts';
import { job } from './testing.ts';

const place = { tenant: 'default', environment: 'development', product: 'shop' };
const never = new AbortController().signal;

const revisions = (documents: Documents): Promise<ItemDocument[]> =>
  documents
    .collection<ItemDocument>('configuration')
    .find({}, { sort: { _id: 1 } })
    .toArray();

const silent = (): Documents => {
  const no = async (): Promise<never> => {
    throw new TransientError('the disk is gone');
  };
  const toArray = no;
  return {
    collection: () => ({
      findOne: no,
      find: () => ({ toArray }),
      countDocuments: no,
      insertOne: no,
      updateOne: no,
      updateMany: no,
      replaceOne: no,
      deleteOne: no,
      deleteMany: no,
      createIndex: no,
    }),
  };
};

driverContract('file', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  let attempt = 0;
  const next = () => ({ attempt: (attempt += 1) });
  return {
    driver: fileDriver(documents),
    again: async () => fileDriver(documents),
    succeeds: () => job('store/publish', { 'output:url': `http://127.0.0.1:${41_000 + attempt}` }, next()),
    fails: () => job('catalogue/configure', { wants: '[{"name":"components.db.url","component":"db","output":"url"}]' }, next()),
    hangs: null,
    refused: null,
    outOfReach: async () => fileDriver(silent()),
    effects: async ({ id }) => (await revisions(documents)).filter((one) => one.job === id).length,
    state: () => revisions(documents),
    close: () => documents.close(),
  };
});

const using = (body: (documents: Documents) => Promise<void>) => async (): Promise<void> => {
  const documents = embeddedDocuments({ file: ':memory:' });
  try {
    await body(documents);
  } finally {
    await documents.close();
  }
};
const done = async (documents: Documents, given: Job): Promise<JobStatus> => {
  const driver = fileDriver(documents);
  await driver.start(given, never);
  return driver.observe(given);
};
const outputsOf = (status: JobStatus): Readonly<Record<string, string>> =>
  status.state === 'succeeded' ? Object.fromEntries(status.outputs.map(({ name, value }) => [name, value])) : {};
const listed = async (documents: Documents) =>
  (await currentItems(documents, place)).map(({ component, key, value, revision }) => `${component}.${key} ${value} ${revision}`);
const publishing = (operation: string, url: string, changes: Partial<Job> = {}) =>
  job('store/publish', { 'output:url': url }, { operation, ...changes });
const undoing = (operation: string, restorePoint: string, attempt = 1) =>
  job('store/publish/undo', {}, { operation, restorePoint, attempt });

test(
  'what a component publishes is what others are configured with',
  using(async (documents) => {
    await done(documents, publishing('one', 'http://127.0.0.1:41000'));
    const wants = '[{"name":"components.store.url","component":"store","output":"url"}]';
    const configured = await done(documents, job('catalogue/configure', { wants, config: '{"beta":false,"name":"blue"}' }));
    const values = { 'components.store.url': 'http://127.0.0.1:41000', 'config.beta': 'false', 'config.name': 'blue' };
    expect(outputsOf(configured)).toEqual({ configuration: digestOf(values), values: JSON.stringify(values) });
    const snapshot = await documents.collection<{ _id: string; json: string }>('snapshots').findOne({ _id: digestOf(values) });
    expect(snapshot?.json).toBe(JSON.stringify(values));
  }),
);

test(
  'a configuration that needs what nobody has published fails and names it',
  using(async (documents) => {
    const wants = '[{"name":"components.store.url","component":"store","output":"url"}]';
    expect(await done(documents, job('catalogue/configure', { wants }))).toEqual({
      state: 'failed',
      reason: 'catalogue needs components.store.url, which nobody has published in development',
      code: 'missing-output',
      retryable: false,
      effect: 'none',
    });
  }),
);

test(
  'an input that makes no sense is a failure in a sentence',
  using(async (documents) => {
    const status = await done(documents, job('catalogue/configure', { wants: '{"name"' }));
    expect(status.state === 'failed' ? [status.reason, status.code] : status).toEqual(['input "wants" is not JSON', 'input']);
  }),
);

test(
  'a value that is the same again makes no new revision',
  using(async (documents) => {
    expect(outputsOf(await done(documents, publishing('one', 'a')))).toEqual({ revisions: '{"url":1}' });
    const again = await done(documents, publishing('two', 'a'));
    expect([outputsOf(again), again.state === 'succeeded' && again.unchanged]).toEqual([{ revisions: '{"url":1}' }, true]);
    expect(outputsOf(await done(documents, publishing('three', 'b')))).toEqual({ revisions: '{"url":2}' });
    expect(await listed(documents)).toEqual(['store.url b 2']);
  }),
);

test(
  'the undo of a first publish removes the entry, and its history stays',
  using(async (documents) => {
    const given = publishing('one', 'a');
    const point = await fileDriver(documents).restorePoint(given);
    expect(point).toBe('{"items":[{"key":"url","value":null,"revision":0}]}');
    await done(documents, given);
    await done(documents, undoing('one', point ?? ''));
    expect(await listed(documents)).toEqual([]);
    expect((await revisions(documents)).map(({ revision, value }) => [revision, value])).toEqual([
      [1, 'a'],
      [2, null],
    ]);
  }),
);

test(
  'the undo of an upgrade puts the former value back, as often as it is asked',
  using(async (documents) => {
    await done(documents, publishing('one', 'a'));
    const given = publishing('two', 'b');
    const point = (await fileDriver(documents).restorePoint(given)) ?? '';
    await done(documents, given);
    await done(documents, undoing('two', point));
    await done(documents, undoing('two', point));
    const second = await done(documents, undoing('two', point, 2));
    expect(second.state === 'succeeded' && second.unchanged).toBe(true);
    expect(await listed(documents)).toEqual(['store.url a 3']);
  }),
);

test(
  'an undo leaves alone what somebody else has set since, and says so',
  using(async (documents) => {
    const given = publishing('one', 'a');
    const point = (await fileDriver(documents).restorePoint(given)) ?? '';
    await done(documents, given);
    await done(documents, publishing('later', 'c'));
    const undone = await done(documents, undoing('one', point));
    expect(outputsOf(undone)).toEqual({
      revisions: '{}',
      kept: '["store.url was set by somebody else since; it stays as it is"]',
    });
    expect(await listed(documents)).toEqual(['store.url c 2']);
  }),
);

test(
  'an undo of a publish that never happened touches nothing',
  using(async (documents) => {
    await done(documents, publishing('one', 'a'));
    const point = (await fileDriver(documents).restorePoint(publishing('two', 'b'))) ?? '';
    const undone = await done(documents, undoing('two', point));
    expect(undone.state === 'succeeded' && undone.unchanged).toBe(true);
    expect(await listed(documents)).toEqual(['store.url a 1']);
  }),
);

test(
  'names that are properties of every object are names like others',
  using(async (documents) => {
    await done(documents, job('store/publish', Object.fromEntries([['output:__proto__', 'a']])));
    const wants = '[{"name":"components.store.__proto__","component":"store","output":"__proto__"}]';
    const configured = await done(documents, job('catalogue/configure', { wants, config: '{"__proto__":"b"}' }));
    expect(outputsOf(configured).values).toBe('{"components.store.__proto__":"a","config.__proto__":"b"}');
  }),
);

const urlAndAdmin = { 'output:url': 'a', 'output:admin': 'b' };
const withdrawing = (operation: string, changes: Partial<Job> = {}) => job('store/withdraw', {}, { operation, ...changes });

test(
  'a withdrawal removes all that a component has published and nothing of others; its undo puts it back, as often as it is asked',
  using(async (documents) => {
    await done(documents, job('store/publish', urlAndAdmin, { operation: 'one' }));
    await done(documents, job('web/publish', { 'output:url': 'w' }, { operation: 'one' }));
    const given = withdrawing('two');
    const point = (await fileDriver(documents).restorePoint(given)) ?? '';
    expect(point).toBe('{"items":[{"key":"admin","value":"b","revision":1},{"key":"url","value":"a","revision":1}]}');
    const withdrawn = await done(documents, given);
    expect([outputsOf(withdrawn), withdrawn.state === 'succeeded' && withdrawn.unchanged]).toEqual([
      { revisions: '{"admin":2,"url":2}' },
      false,
    ]);
    expect(await listed(documents)).toEqual(['web.url w 1']);
    expect(await done(documents, given)).toEqual(withdrawn);
    const undo = (attempt: number) => job('store/withdraw/undo', {}, { operation: 'two', restorePoint: point, attempt });
    await done(documents, undo(1));
    await done(documents, undo(1));
    const second = await done(documents, undo(2));
    expect(second.state === 'succeeded' && second.unchanged).toBe(true);
    expect(await listed(documents)).toEqual(['store.admin b 3', 'store.url a 3', 'web.url w 1']);
  }),
);

test(
  'where nothing is published there is nothing to withdraw, and what was withdrawn can be published again',
  using(async (documents) => {
    const nothing = await done(documents, withdrawing('one'));
    expect([outputsOf(nothing), nothing.state === 'succeeded' && nothing.unchanged]).toEqual([{ revisions: '{}' }, true]);
    await done(documents, publishing('two', 'a'));
    await done(documents, withdrawing('three'));
    const again = await done(documents, withdrawing('four'));
    expect(again.state === 'succeeded' && again.unchanged).toBe(true);
    await done(documents, publishing('five', 'a'));
    expect(await listed(documents)).toEqual(['store.url a 3']);
  }),
);

/** Dies at the n-th write or read; what came before has happened. */
const mortal = (documents: Documents, calls: { left: number }): Documents => ({
  collection: (name) => {
    const kept = documents.collection<never>(name);
    const counted =
      <A extends unknown[], R>(call: (...given: A) => Promise<R>) =>
      async (...given: A): Promise<R> => {
        if ((calls.left -= 1) < 0) throw new TransientError('the process is dead');
        return call(...given);
      };
    return { ...kept, findOne: counted(kept.findOne), insertOne: counted(kept.insertOne), updateOne: counted(kept.updateOne) };
  },
});

test('a publish of several outputs that dies at any call is finished by whoever looks, with one revision each', async () => {
  for (let at = 0; at < 40; at += 1) {
    const documents = embeddedDocuments({ file: ':memory:' });
    const given = job('store/publish', { 'output:url': 'a', 'output:admin': 'b' });
    await fileDriver(mortal(documents, { left: at }))
      .start(given, never)
      .catch(() => null);
    const driver = fileDriver(documents);
    if ((await driver.observe(given)).state === 'absent') await driver.start(given, never);
    const status = await driver.observe(given);
    expect([at, outputsOf(status), status.state === 'succeeded' && status.unchanged]).toEqual([
      at,
      { revisions: '{"admin":1,"url":1}' },
      false,
    ]);
    expect(await listed(documents)).toEqual(['store.admin b 1', 'store.url a 1']);
    await documents.close();
  }
});

test('a withdrawal that dies at any call, and its undo, are finished by whoever looks, with one revision each', async () => {
  for (let at = 0; at < 40; at += 1) {
    const documents = embeddedDocuments({ file: ':memory:' });
    await done(documents, job('store/publish', urlAndAdmin, { operation: 'one' }));
    const given = withdrawing('two');
    const restorePoint = (await fileDriver(documents).restorePoint(given)) ?? '';
    const dying = async (one: Job): Promise<JobStatus> => {
      await fileDriver(mortal(documents, { left: at }))
        .start(one, never)
        .catch(() => null);
      const driver = fileDriver(documents);
      if ((await driver.observe(one)).state === 'absent') await driver.start(one, never);
      return driver.observe(one);
    };
    expect([at, outputsOf(await dying(given)), await listed(documents)]).toEqual([at, { revisions: '{"admin":2,"url":2}' }, []]);
    await dying(job('store/withdraw/undo', {}, { operation: 'two', restorePoint }));
    expect([at, await listed(documents)]).toEqual([at, ['store.admin b 3', 'store.url a 3']]);
    await documents.close();
  }
});
