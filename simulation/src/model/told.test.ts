import { boundsOf } from './bounds.ts';
import { chain, scenario, single } from './scenario.ts';
import { sum, told, type Told } from './told.ts';

const all = { crash: 2, repeat: 2, reorder: 1, cancel: 1, late: 1 };

test.each([
  [{ components: single, budget: {} }, '1 component, no fault'],
  [{ components: single, budget: { crash: 1 } }, '1 component, up to 1 crash, all die together'],
  [{ components: single, budget: { cancel: 1 }, operations: 2 }, '1 component, 2 operations, up to 1 cancel'],
  [
    { components: chain, budget: { ...all, any: 2 }, instances: 'each' },
    '3 components, up to 2 crashes, 2 repeats, 1 reorder, 1 cancel, 1 late start, any 2 of these',
  ],
  [{ components: chain, budget: { repeat: 1 }, handlers: 'whole' }, '3 components, handlers not mixed, up to 1 repeat'],
] as const)('the bounds of a search in words: %j', (given, words) => {
  expect(boundsOf(scenario({ name: 'x', ...given }))).toBe(words);
});

const one = (complete: boolean, faults: number): Told => ({
  bounds: '3 components, no fault',
  searched: { scenario: 'chain: {}', states: 10, steps: 20, ends: 1, depth: 5, complete, faults, violation: null },
  seconds: 2,
  memory: 80,
});

test('a search that stopped before its end says up to how many faults it has seen all; the last line adds up', () => {
  const figures = 'chain: 3 components, no fault: 10 states, 20 steps, 1 ends, depth 5';
  expect([one(true, 2), one(false, 1), one(false, -1)].flatMap(told)).toEqual([
    `${figures}, complete, 2.0 s, 5 states/s, 80 MB`,
    `${figures}, NOT complete: all with at most 1 of these faults, and part of those with 2, 2.0 s, 5 states/s, 80 MB`,
    `${figures}, NOT complete, 2.0 s, 5 states/s, 80 MB`,
  ]);
  expect(sum([one(true, 2), one(false, 1)], 4)).toBe('2 scenarios, 1 complete, 20 states, 40 steps, 0 violations, 4 s');
});
