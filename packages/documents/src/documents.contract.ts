import { isDuplicateKey, type Collection, type Documents } from './documents.ts';

type Made = Readonly<{ documents: Documents; close: () => Promise<void> }>;
type Job = { _id: string; [field: string]: unknown };

const failureOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it resolved',
    (error: unknown) => error,
  );

/** What every Documents has to do. `make` gives empty ones. */
export function documentsContract(name: string, make: () => Promise<Made>): void {
  describe(`documents: ${name}`, () => {
    let made: Made;
    const jobs = () => made.documents.collection<Job>('jobs');
    beforeEach(async () => {
      made = await make();
    });
    afterEach(() => made.close());

    reading(jobs);
    filters(jobs);
    inserting(jobs);
    updating(jobs);
    replacing(jobs);
    indexes(jobs, (name) => made.documents.collection<Job>(name));
  });
}

type Jobs = () => Collection<Job>;

function reading(jobs: Jobs): void {
  test('what was inserted is found by its _id, the same value', async () => {
    const document = {
      _id: 'a/1',
      text: 'ü "quoted" 😀\u0000',
      number: -1.5,
      yes: true,
      nothing: null,
      list: [1, [2], { x: null }],
      deep: { er: { est: 1 } },
    };
    await jobs().insertOne(document);
    expect(await jobs().findOne({ _id: 'a/1' })).toEqual(document);
  });

  test('what is not there is null, or an empty list', async () => {
    expect(await jobs().findOne({ _id: 'none' })).toBeNull();
    expect(await jobs().find({}).toArray()).toEqual([]);
    expect(await jobs().countDocuments({})).toBe(0);
  });

  test('undefined is stored as null', async () => {
    await jobs().insertOne({ _id: 'a', gone: undefined, deep: { gone: undefined } });
    expect(await jobs().findOne({ _id: 'a' })).toEqual({ _id: 'a', gone: null, deep: { gone: null } });
  });

  test('sort, skip and limit: missing and null first, then numbers, strings, false, true', async () => {
    const values: readonly unknown[] = [true, 'b', 2, null, false, 'a', 10, 'B'];
    await Promise.all(values.map((v, i) => jobs().insertOne({ _id: String(i), v })));
    await jobs().insertOne({ _id: 'missing' });
    const inOrder = async (sort: Record<string, 1 | -1>, skip: number, limit: number) =>
      (await jobs().find({}, { sort, skip, limit }).toArray()).map(({ _id }) => _id);
    expect(await inOrder({ v: 1, _id: 1 }, 0, 0)).toEqual(['3', 'missing', '2', '6', '7', '5', '1', '4', '0']);
    expect(await inOrder({ v: -1, _id: 1 }, 1, 3)).toEqual(['4', '1', '5']);
    expect(await inOrder({ _id: -1 }, 0, 2)).toEqual(['missing', '7']);
    expect(await inOrder({ _id: 1 }, 7, 5)).toEqual(['7', 'missing']);
  });

  test('a projection takes fields, or leaves them out', async () => {
    await jobs().insertOne({ _id: 'a', x: 1, y: { z: 2, w: 3 } });
    expect(
      await jobs()
        .find({}, { projection: { x: 1 } })
        .toArray(),
    ).toEqual([{ _id: 'a', x: 1 }]);
    expect(await jobs().findOne({ _id: 'a' }, { projection: { 'y.z': 1, _id: 0 } })).toEqual({ y: { z: 2 } });
    expect(await jobs().findOne({ _id: 'a' }, { projection: { y: 0 } })).toEqual({ _id: 'a', x: 1 });
  });

  test('the first of many by an order', async () => {
    await Promise.all([3, 1, 2].map((n) => jobs().insertOne({ _id: `j${n}`, kind: 'x', n })));
    expect(await jobs().findOne({ kind: 'x' }, { sort: { n: -1 } })).toEqual({ _id: 'j3', kind: 'x', n: 3 });
  });
}

const cases: readonly (readonly [filter: Record<string, unknown>, ids: string])[] = [
  [{}, 'abcdef'],
  [{ _id: 'b' }, 'b'],
  [{ _id: { $in: ['c', 'a', 'zz'] } }, 'ac'],
  [{ _id: { $gt: 'b', $lte: 'd' } }, 'cd'],
  [{ _id: { $ne: 'a' } }, 'bcdef'],
  [{ n: 2 }, 'b'],
  [{ n: { $eq: 2 } }, 'b'],
  [{ n: { $gte: 2 } }, 'bc'],
  [{ n: { $lt: 2 } }, 'a'],
  [{ n: { $gt: 1, $lt: 3 } }, 'b'],
  [{ n: { $ne: 2 } }, 'acdef'],
  [{ n: { $in: [1, 3, 'x'] } }, 'acd'],
  [{ n: { $nin: [1, 3, 'x'] } }, 'bef'],
  [{ n: null }, 'ef'],
  [{ n: { $exists: true } }, 'abcde'],
  [{ n: { $exists: false } }, 'f'],
  [{ n: 'x' }, 'd'],
  [{ n: { $gt: 'w' } }, 'd'],
  [{ yes: true }, 'a'],
  [{ yes: { $ne: true } }, 'bcdef'],
  [{ yes: 1 }, 'b'],
  [{ 'deep.x': 1 }, 'ac'],
  [{ 'deep.x': { $gt: 1 } }, 'b'],
  [{ deep: { x: 1 } }, 'a'],
  [{ tags: 'red' }, 'ab'],
  [{ tags: ['red', 'blue'] }, 'a'],
  [{ tags: { $in: ['blue', 'green'] } }, 'ac'],
  [{ tags: { $ne: 'red' } }, 'cdef'],
  [{ 'steps.state': 'open' }, 'd'],
  [{ steps: { $elemMatch: { state: 'open', n: 1 } } }, ''],
  [{ steps: { $elemMatch: { state: 'open', n: 2 } } }, 'd'],
  [{ $or: [{ n: 1 }, { tags: 'green' }] }, 'ac'],
  [{ $and: [{ n: { $gte: 1 } }, { n: { $lte: 2 } }] }, 'ab'],
  [{ n: { $gte: 1 }, $or: [{ yes: true }, { 'deep.x': 1 }] }, 'ac'],
  [{ n: 2, yes: 1 }, 'b'],
];

const six: readonly Job[] = [
  { _id: 'a', n: 1, yes: true, deep: { x: 1 }, tags: ['red', 'blue'] },
  { _id: 'b', n: 2, yes: 1, deep: { x: 2 }, tags: 'red' },
  { _id: 'c', n: 3, deep: { x: 1, y: 1 }, tags: ['green'] },
  {
    _id: 'd',
    n: 'x',
    steps: [
      { state: 'open', n: 2 },
      { state: 'done', n: 1 },
    ],
  },
  { _id: 'e', n: null, deep: null },
  { _id: 'f', deep: [] },
];

function filters(jobs: Jobs): void {
  const answers = async (): Promise<unknown> => {
    await Promise.all(six.map((document) => jobs().insertOne(document)));
    const found: (readonly [object, string])[] = [];
    for (const [filter] of cases) {
      const documents = await jobs().find(filter).toArray();
      const ids = documents.map(({ _id }) => _id).sort();
      expect(await jobs().countDocuments(filter)).toBe(ids.length);
      found.push([filter, ids.join('')]);
    }
    return found;
  };

  test('filters find what they describe', async () => {
    expect(await answers()).toEqual(cases);
  });

  test('filters find the same where every field has an index', async () => {
    for (const path of ['n', 'yes', 'deep.x', 'deep', 'tags', 'steps.state']) await jobs().createIndex({ [path]: 1 });
    expect(await answers()).toEqual(cases);
  });

  test('an unknown operator is an error, not a value', async () => {
    await jobs().insertOne({ _id: 'a' });
    expect(await failureOf(jobs().find({ $hidden: 'true' }).toArray())).toBeInstanceOf(Error);
    expect(
      await failureOf(
        jobs()
          .find({ n: { $hidden: 1 } })
          .toArray(),
      ),
    ).toBeInstanceOf(Error);
  });
}

function inserting(jobs: Jobs): void {
  test('a taken _id rejects only its own write, and leaves what is there', async () => {
    await jobs().insertOne({ _id: 'b', first: true });
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'a'].map((_id, i) => jobs().insertOne({ _id, i })));
    const [first, b, c, second] = outcomes.map(({ status }) => status);
    // What is written at once has no order of its own.
    expect([b, c, new Set([first, second])]).toEqual(['rejected', 'fulfilled', new Set(['fulfilled', 'rejected'])]);
    expect(
      await jobs()
        .find({}, { sort: { _id: 1 } })
        .toArray(),
    ).toEqual([
      { _id: 'a', i: first === 'fulfilled' ? 0 : 3 },
      { _id: 'b', first: true },
      { _id: 'c', i: 2 },
    ]);
  });

  test('a taken _id is known by isDuplicateKey and names the index', async () => {
    await jobs().insertOne({ _id: 'a' });
    const failure = await failureOf(jobs().insertOne({ _id: 'a' }));
    expect(isDuplicateKey(failure)).toBe(true);
    expect(String(failure)).toContain('index: _id_');
    expect(isDuplicateKey(new Error('other'))).toBe(false);
  });

  test('of many that write the same at once, one succeeds', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => jobs().insertOne({ _id: 'one', i })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
}

function updating(jobs: Jobs): void {
  test('each operator does its own', async () => {
    await jobs().insertOne({ _id: 'a', state: 'opened', old: 1, n: 1, list: [1], set: ['x'], top: 5, deep: { keep: true } });
    const outcome = await jobs().updateOne(
      { _id: 'a' },
      {
        $set: { state: 'started', 'deep.more.x': 1, gone: undefined },
        $unset: { old: '', absent: '' },
        $inc: { n: 2, fresh: 1 },
        $push: { list: 2, begun: { x: 1 } },
        $addToSet: { set: { $each: ['x', 'y'] } },
        $max: { top: 4, best: 'z' },
        $setOnInsert: { never: true },
      },
    );
    expect([outcome.matchedCount, outcome.modifiedCount]).toEqual([1, 1]);
    expect(await jobs().findOne({ _id: 'a' })).toEqual({
      _id: 'a',
      state: 'started',
      n: 3,
      list: [1, 2],
      set: ['x', 'y'],
      top: 5,
      deep: { keep: true, more: { x: 1 } },
      gone: null,
      fresh: 1,
      begun: [{ x: 1 }],
      best: 'z',
    });
  });

  test('a conditional update changes nothing where the condition does not hold', async () => {
    await jobs().insertOne({ _id: 'a', state: 'opened', startRight: { number: 3 } });
    const missed = await jobs().updateOne({ _id: 'a', 'startRight.number': 2 }, { $set: { state: 'closed' } });
    const hit = await jobs().updateOne({ _id: 'a', 'startRight.number': 3, state: 'opened' }, { $set: { state: 'closed' } });
    const same = await jobs().updateOne({ _id: 'a' }, { $set: { state: 'closed' } });
    expect([missed, hit, same].map(({ matchedCount, modifiedCount }) => [matchedCount, modifiedCount])).toEqual([
      [0, 0],
      [1, 1],
      [1, 0],
    ]);
  });

  test('of many that compare and set at once, one succeeds', async () => {
    await jobs().insertOne({ _id: 'a', number: 0 });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, holder) => jobs().updateOne({ _id: 'a', number: 0 }, { $set: { holder }, $inc: { number: 1 } })),
    );
    expect(outcomes.filter(({ modifiedCount }) => modifiedCount === 1)).toHaveLength(1);
    expect((await jobs().findOne({ _id: 'a' }))?.['number']).toBe(1);
  });

  test('an upsert inserts the filter and the update where nothing fits, and updates where something does', async () => {
    const upsert = () =>
      jobs().updateOne({ _id: 'a', kind: 'k' }, { $set: { x: 1 }, $inc: { n: 1 }, $setOnInsert: { first: true } }, { upsert: true });
    expect((await upsert()).matchedCount).toBe(0);
    expect(await jobs().findOne({ _id: 'a' })).toEqual({ _id: 'a', kind: 'k', x: 1, n: 1, first: true });
    expect((await upsert()).matchedCount).toBe(1);
    expect((await jobs().findOne({ _id: 'a' }))?.['n']).toBe(2);
    expect(isDuplicateKey(await failureOf(jobs().updateOne({ _id: 'a', kind: 'other' }, { $set: { x: 2 } }, { upsert: true })))).toBe(true);
  });

  test('updateMany and deleteMany take all that fit, deleteOne one', async () => {
    await Promise.all([1, 2, 3, 4].map((n) => jobs().insertOne({ _id: `j${n}`, n })));
    const outcome = await jobs().updateMany({ n: { $gte: 2 } }, { $set: { late: true } });
    expect([outcome.matchedCount, outcome.modifiedCount]).toEqual([3, 3]);
    expect((await jobs().deleteOne({ late: true })).deletedCount).toBe(1);
    expect((await jobs().deleteMany({ late: true })).deletedCount).toBe(2);
    expect((await jobs().deleteMany({ _id: 'none' })).deletedCount).toBe(0);
    expect(await jobs().find({}).toArray()).toEqual([{ _id: 'j1', n: 1 }]);
  });

  test.each([
    ['the _id', { $set: { _id: 'b' } }],
    ['one path twice', { $set: { x: 1 }, $inc: { x: 1 } }],
    ['a path and what contains it', { $set: { x: {} }, $unset: { 'x.y': '' } }],
    ['text by a number', { $inc: { text: 1 } }],
    ['a list that is none', { $push: { text: 1 } }],
    ['a field of a text', { $set: { 'text.x': 1 } }],
    ['something by an unknown operator', { $set: { x: 1 }, $rub: { x: 1 } }],
  ])('an update of %s is refused, and changes nothing', async (_, update) => {
    await jobs().insertOne({ _id: 'a', text: 'x' });
    expect(await failureOf(jobs().updateOne({ _id: 'a' }, update))).toBeInstanceOf(Error);
    expect(await jobs().find({}).toArray()).toEqual([{ _id: 'a', text: 'x' }]);
  });
}

function replacing(jobs: Jobs): void {
  test('a replacement keeps nothing of what was there', async () => {
    await jobs().insertOne({ _id: 'a', n: 1, old: true });
    const hit = await jobs().replaceOne({ _id: 'a', n: 1 }, { _id: 'a', n: 2 });
    const missed = await jobs().replaceOne({ _id: 'a', n: 1 }, { _id: 'a', n: 3 });
    expect([hit.modifiedCount, missed.matchedCount]).toEqual([1, 0]);
    expect(await jobs().find({}).toArray()).toEqual([{ _id: 'a', n: 2 }]);
  });

  test('a replacement with upsert inserts; under a condition that fails it finds its _id taken', async () => {
    await jobs().replaceOne({ _id: 'a' }, { _id: 'a', version: 4 }, { upsert: true });
    const failure = await failureOf(jobs().replaceOne({ _id: 'a', version: { $lt: 3 } }, { _id: 'a', version: 3 }, { upsert: true }));
    expect(isDuplicateKey(failure)).toBe(true);
    expect(await jobs().find({}).toArray()).toEqual([{ _id: 'a', version: 4 }]);
  });

  test('a replacement cannot change the _id', async () => {
    await jobs().insertOne({ _id: 'a' });
    expect(await failureOf(jobs().replaceOne({ _id: 'a' }, { _id: 'b' }))).toBeInstanceOf(Error);
    expect(await jobs().find({}).toArray()).toEqual([{ _id: 'a' }]);
  });
}

function indexes(jobs: Jobs, collection: (name: string) => Collection<Job>): void {
  test('a unique index rejects the second, and its error names the index', async () => {
    await jobs().createIndex({ operation: 1, 'place.number': 1 }, { unique: true, name: 'onePerPlace' });
    await jobs().insertOne({ _id: 'a', operation: 'o', place: { number: 1 } });
    await jobs().insertOne({ _id: 'b', operation: 'o', place: { number: 2 } });
    const inserted = await failureOf(jobs().insertOne({ _id: 'c', operation: 'o', place: { number: 1 } }));
    const updated = await failureOf(jobs().updateOne({ _id: 'b' }, { $set: { 'place.number': 1 } }));
    const replaced = await failureOf(jobs().replaceOne({ _id: 'b' }, { _id: 'b', operation: 'o', place: { number: 1 } }));
    for (const failure of [inserted, updated, replaced]) {
      expect(isDuplicateKey(failure)).toBe(true);
      expect(String(failure)).toContain('onePerPlace');
    }
    expect(await jobs().countDocuments({ 'place.number': 1 })).toBe(1);
  });

  test('to a unique index, missing is null, and true is not 1', async () => {
    await jobs().createIndex({ x: 1 }, { unique: true });
    const values: readonly (readonly [string, object])[] = [
      ['a', { x: 1 }],
      ['b', { x: true }],
      ['c', { x: '1' }],
      ['d', { x: null }],
      ['e', {}],
      ['f', { x: { y: 1 } }],
      ['g', { x: '{"y":1}' }],
      ['h', { x: { y: 1 } }],
    ];
    const taken: string[] = [];
    for (const [_id, fields] of values)
      await jobs()
        .insertOne({ _id, ...fields })
        .catch(() => taken.push(_id));
    expect(taken).toEqual(['e', 'h']);
  });

  test('a unique partial index judges only what its filter takes in', async () => {
    await jobs().createIndex(
      { environment: 1 },
      { unique: true, name: 'oneOpen', partialFilterExpression: { state: { $in: ['opened', 'started'] } } },
    );
    await jobs().insertOne({ _id: 'a', environment: 'e', state: 'opened' });
    await jobs().insertOne({ _id: 'b', environment: 'e', state: 'closed' });
    expect(isDuplicateKey(await failureOf(jobs().insertOne({ _id: 'c', environment: 'e', state: 'started' })))).toBe(true);
    expect(isDuplicateKey(await failureOf(jobs().updateOne({ _id: 'b' }, { $set: { state: 'started' } })))).toBe(true);
    await jobs().updateOne({ _id: 'a' }, { $set: { state: 'closed' } });
    await jobs().updateOne({ _id: 'b' }, { $set: { state: 'started' } });
    expect(await jobs().find({ environment: 'e', state: 'started' }).toArray()).toEqual([{ _id: 'b', environment: 'e', state: 'started' }]);
  });

  test('a partial index hides nothing from a question that reaches beyond it', async () => {
    await jobs().createIndex({ due: 1 }, { partialFilterExpression: { fired: false } });
    await jobs().insertOne({ _id: 'a', due: 1, fired: false });
    await jobs().insertOne({ _id: 'b', due: 2, fired: true });
    await jobs().insertOne({ _id: 'c', due: 3 });
    const ids = async (filter: object) =>
      (
        await jobs()
          .find({ ...filter }, { sort: { _id: 1 } })
          .toArray()
      )
        .map(({ _id }) => _id)
        .join('');
    expect(await ids({ due: { $lte: 2 } })).toBe('ab');
    expect(await ids({ due: { $lte: 2 }, fired: false })).toBe('a');
    expect(await ids({ due: { $gte: 1 }, fired: { $ne: true } })).toBe('ac');
  });

  test('an index is made over what is there, once, and refused where that has duplicates', async () => {
    await jobs().insertOne({ _id: 'a', x: 1 });
    await jobs().insertOne({ _id: 'b', x: 1 });
    expect(isDuplicateKey(await failureOf(jobs().createIndex({ x: 1 }, { unique: true })))).toBe(true);
    await jobs().deleteOne({ _id: 'b' });
    await jobs().createIndex({ x: 1 }, { unique: true });
    await jobs().createIndex({ x: 1 }, { unique: true });
    expect(isDuplicateKey(await failureOf(jobs().insertOne({ _id: 'c', x: 1 })))).toBe(true);
  });

  test('collections do not see each other', async () => {
    await collection('first').createIndex({ x: 1 }, { unique: true });
    await collection('first').insertOne({ _id: 'a', x: 1 });
    await collection('second').insertOne({ _id: 'a', x: 2 });
    await collection('second').insertOne({ _id: 'b', x: 2 });
    expect(await collection('first').find({}).toArray()).toEqual([{ _id: 'a', x: 1 }]);
  });
}
