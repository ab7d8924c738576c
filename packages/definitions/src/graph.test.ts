import fc from 'fast-check';
import { cycles, edges, ordered, topology } from './graph.ts';
import { isProduct } from './stored.ts';
import { fixture, right } from './testing/texts.ts';
import type { Product } from './types.ts';

function three(): Product {
  const [document] = right(fixture('three/srm.yaml'));
  if (document === undefined || !isProduct(document.json)) throw new Error('the fixture is no product');
  return document.json;
}

test('edges differ by phase: what a build needs, what a component depends on where it runs', () => {
  expect(edges(three(), 'compile')).toEqual([{ from: 'web', to: 'money' }]);
  expect(edges(three(), 'deploy')).toEqual([{ from: 'web', to: 'store' }]);
});

test('levels hold what takes part in the phase, a dependency before what depends on it, and the other way about to stop', () => {
  expect(topology(three(), 'compile')).toEqual([['money', 'store'], ['web']]);
  expect(topology(three(), 'deploy')).toEqual([['store'], ['web']]);
  expect(topology(three(), 'stop')).toEqual([['web'], ['store']]);
});

const names = (size: number): readonly string[] => Array.from({ length: size }, (_, n) => `c${n}`);

/** Edges among `size` names; each from a later to an earlier one, so that there is no cycle. */
const acyclic = fc.integer({ min: 1, max: 30 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    pairs: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 80 }).map((pairs) => pairs.filter(([a, b]) => a > b)),
  }),
);

test('law: every name stands in one level, right after the last that it needs', () => {
  fc.assert(
    fc.property(acyclic, ({ size, pairs }) => {
      const all = pairs.map(([a, b]) => ({ from: `c${a}`, to: `c${b}` }));
      const { levels, left } = ordered(names(size), all);
      const levelOf = new Map(levels.flatMap((level, index) => level.map((name) => [name, index])));
      expect(left).toEqual([]);
      expect([...levelOf.keys()].sort()).toEqual([...names(size)].sort());
      for (const name of names(size)) {
        const needed = all.filter(({ from }) => from === name).map(({ to }) => levelOf.get(to) ?? Infinity);
        expect(levelOf.get(name)).toBe(Math.max(-1, ...needed) + 1);
      }
    }),
  );
});

test('law: a graph has cycles exactly where it cannot be ordered, and each cycle named is one', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 40 }), (pairs) => {
      const all = pairs.map(([a, b]) => ({ from: `c${a}`, to: `c${b}` }));
      const known = new Set(all.map(({ from, to }) => `${from} ${to}`));
      const found = cycles(names(12), all);
      expect(found.length > 0).toBe(ordered(names(12), all).left.length > 0);
      for (const cycle of found) {
        expect(new Set(cycle).size).toBe(cycle.length);
        cycle.forEach((name, index) => expect(known.has(`${name} ${cycle[(index + 1) % cycle.length]}`)).toBe(true));
      }
    }),
  );
});

test('a chain of 100,000 is ordered without recursion', () => {
  const all = names(100_000)
    .slice(1)
    .map((from, n) => ({ from, to: `c${n}` }));
  expect(ordered(names(100_000), all).levels).toHaveLength(100_000);
});
