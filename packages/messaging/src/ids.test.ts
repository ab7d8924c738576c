import { v5 } from 'uuid';
import { idOf } from './ids.ts';

const namespace = '5a3c8f0e-6d0b-4d3e-9b1a-7c2f4e8d1a60';

test('an id is the UUID of version 5 of its parts, joined by NUL', () => {
  const places = Array.from({ length: 500 }, (_, n) => ['job', '操作', 'ü'.repeat(n), n] as const);
  expect(places.map((place) => idOf(...place))).toEqual(places.map((place) => v5(place.join('\u0000'), namespace)));
});

test('parts that only look alike joined differ', () => {
  expect(idOf('a', 'bc')).not.toBe(idOf('ab', 'c'));
});
