import { embeddedDocuments } from '@srm/documents';
import { putAfter, putNewer } from './put.ts';

type Numbered = { _id: string; number: number; by: string };

test('a document takes the place of an older one, never of a newer', async () => {
  const all = embeddedDocuments({ file: ':memory:' }).collection<Numbered>('steps');
  await putNewer(all, { _id: 'a', number: 5, by: 'first' }, false);
  await putNewer(all, { _id: 'a', number: 4, by: 'late' }, true);
  await putNewer(all, { _id: 'a', number: 5, by: 'again' }, false);
  expect(await all.findOne({ _id: 'a' })).toEqual({ _id: 'a', number: 5, by: 'first' });
  await putNewer(all, { _id: 'a', number: 6, by: 'next' }, true);
  expect(await all.findOne({ _id: 'a' })).toEqual({ _id: 'a', number: 6, by: 'next' });
});

test('a document is put after exactly the number at which it was read: of two that read the same, one is told that it was too late', async () => {
  const all = embeddedDocuments({ file: ':memory:' }).collection<Numbered>('operations');
  expect(await putAfter(all, { _id: 'a', number: 3, by: 'first' }, 0, false)).toBe(true);
  expect(await putAfter(all, { _id: 'a', number: 2, by: 'second' }, 0, false)).toBe(false);
  await all.insertOne({ _id: 'b', number: 0, by: 'asked' });
  expect(await putAfter(all, { _id: 'b', number: 1, by: 'first' }, 0, false)).toBe(true);
  expect(await putAfter(all, { _id: 'a', number: 5, by: 'first' }, 3, true)).toBe(true);
  expect(await putAfter(all, { _id: 'a', number: 4, by: 'second' }, 3, true)).toBe(false);
  expect(await all.findOne({ _id: 'a' })).toEqual({ _id: 'a', number: 5, by: 'first' });
});
