import { assert, asyncProperty, constantFrom, dictionary, integer, oneof, record, array, constant, type Arbitrary } from 'fast-check';
import { Query } from 'mingo';
import { embeddedDocuments } from './embedded.ts';

type Job = { _id: string; [field: string]: unknown };

const plain = oneof(
  constantFrom<unknown>(null, true, false, '', 'a', 'b', 'é', '1'),
  integer({ min: -2, max: 3 }),
  constantFrom<unknown>(0.5, 1e21),
);
const nested = dictionary(constantFrom('x', 'y'), plain, { maxKeys: 2, noNullPrototype: true });
const value: Arbitrary<unknown> = oneof({ weight: 5, arbitrary: plain }, nested, array(oneof(plain, nested), { maxLength: 2 }));
const documents = array(dictionary(constantFrom('a', 'b', 'c'), value, { maxKeys: 3, noNullPrototype: true }), { maxLength: 12 });

const path = constantFrom('a', 'b', 'c', 'a.x', 'b.y');
const condition: Arbitrary<unknown> = oneof(
  plain,
  record({ $ne: plain }),
  record({ $in: array(plain, { minLength: 1, maxLength: 3 }) }),
  record({ $nin: array(plain, { minLength: 1, maxLength: 3 }) }),
  record({ $exists: constantFrom(true, false) }),
  ...['$gt', '$gte', '$lt', '$lte'].map((operator) =>
    oneof(integer({ min: -2, max: 3 }), constantFrom('a', 'é')).map((operand) => ({ [operator]: operand })),
  ),
);
const fields = dictionary(path, condition, { maxKeys: 2, noNullPrototype: true });
const filter = oneof(
  fields,
  array(fields, { minLength: 1, maxLength: 2 }).map(($or) => ({ $or })),
  array(fields, { minLength: 1, maxLength: 2 }).map(($and) => ({ $and })),
);
const partial = oneof(
  constant(null),
  dictionary(constantFrom('b', 'c'), oneof(constantFrom<unknown>(true, 'a', 1), record({ $exists: constant(true) })), {
    minKeys: 1,
    maxKeys: 1,
    noNullPrototype: true,
  }),
);

test('whatever the documents, the filter and the indexes: what is found is what mingo finds without any', async () => {
  const property = asyncProperty(
    documents,
    array(filter, { minLength: 3, maxLength: 6 }),
    partial,
    async (bodies, filters, partialFilterExpression) => {
      const store = embeddedDocuments({ file: ':memory:' });
      const jobs = store.collection<Job>('jobs');
      const all: Job[] = bodies.map((body, i) => ({ ...body, _id: String(i) }));
      await Promise.all([jobs.createIndex({ a: 1, b: -1 }), jobs.createIndex({ 'a.x': 1 }), jobs.createIndex({ 'b.y': 1 })]);
      if (partialFilterExpression !== null) await jobs.createIndex({ c: 1 }, { partialFilterExpression });
      const inserted = await Promise.allSettled(all.map((document) => jobs.insertOne(document)));
      const there = all.filter((_, i) => inserted[i]?.status === 'fulfilled');
      for (const one of filters) {
        const query = new Query(one);
        const expected = there.filter((document) => query.test(document)).map(({ _id }) => _id);
        const found = await jobs.find(one, { sort: { _id: 1 } }).toArray();
        expect([one, found.map(({ _id }) => _id)]).toEqual([one, expected.sort()]);
        expect(await jobs.countDocuments(one)).toBe(expected.length);
      }
      await store.close();
    },
  );
  await assert(property, { numRuns: 300 });
});

test('pages by skip and limit put together are the whole, in its order', async () => {
  const property = asyncProperty(documents, filter, integer({ min: 1, max: 4 }), async (bodies, one, limit) => {
    const store = embeddedDocuments({ file: ':memory:' });
    const jobs = store.collection<Job>('jobs');
    await Promise.all(bodies.map((body, i) => jobs.insertOne({ ...body, _id: String(i) })));
    const sort = { a: 1, 'b.y': -1 } as const;
    const whole = await jobs.find(one, { sort }).toArray();
    const pages: Job[] = [];
    for (let skip = 0; skip < whole.length + limit; skip += limit) pages.push(...(await jobs.find(one, { sort, skip, limit }).toArray()));
    expect(pages).toEqual(whole);
    await store.close();
  });
  await assert(property, { numRuns: 100 });
});
