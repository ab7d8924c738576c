import { murmur2, partitionOf } from './murmur2.ts';

test('hashes as the Java client of Kafka does (the vectors of its own test)', () => {
  const vectors: readonly (readonly [string, number])[] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ];
  expect(vectors.map(([text]) => murmur2(text) | 0)).toStrictEqual(vectors.map(([, hash]) => hash));
});

test('gives every key a partition that exists', () => {
  const partitions = new Set(Array.from({ length: 1000 }, (_, n) => partitionOf(`operation/${n}`, 12)));
  expect([...partitions].sort((a, b) => a - b)).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('chooses the partition that a Kafka client of any language chooses: the hash without its sign, modulo their number', () => {
  const keys = ['21', 'foobar', 'a-little-bit-long-string', 'a-little-bit-longer-string', 'abc'];
  expect(keys.map((key) => partitionOf(key, 12))).toStrictEqual([0, 6, 8, 11, 3]);
});
