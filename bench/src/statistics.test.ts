import { bootstrap, mean, median, quantile, quantileOf, quantileRatio, ratio, slope } from './statistics.ts';

test('a quantile lies between its neighbours by proportion', () => {
  expect([quantile([3, 1, 2], 0.5), quantile([1, 2], 0.25), quantile([5], 0.99), median([4, 1, 3, 2])]).toEqual([2, 1.25, 5, 2.5]);
});

test('a ratio of equal samples is one, and its interval holds it', () => {
  const samples = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const { value, interval } = ratio(samples, samples);
  expect(value).toBe(1);
  expect(interval[0]).toBeLessThan(1);
  expect(interval[1]).toBeGreaterThan(1);
});

test('the interval of a quantile of many is that of samples drawn again', () => {
  const samples = Array.from({ length: 500 }, (_, n) => (n * 7919) % 500);
  const { value, interval } = quantileOf(samples, 0.9);
  const [low, high] = bootstrap((draw) => quantile(draw(samples), 0.9));
  expect(value).toBeCloseTo(449.1, 9);
  expect([Math.abs(interval[0] - low) < 5, Math.abs(interval[1] - high) < 5]).toEqual([true, true]);
  expect(quantileRatio(samples, samples, 0.9).value).toBe(1);
});

test('the slope of what doubles with its size is one', () => {
  const points = [10, 100, 1000].flatMap((size) => [{ size, cost: 2 * size }, { size, cost: 2 * size }]); // prettier-ignore
  const { value, interval } = slope(points);
  expect(value).toBeCloseTo(1, 12);
  expect(interval.map((end) => Number(end.toFixed(9)))).toEqual([1, 1]);
});

test('the same samples give the same interval', () => {
  const samples = [5, 1, 9, 2, 8];
  expect(bootstrap((draw) => mean(draw(samples)))).toEqual(bootstrap((draw) => mean(draw(samples))));
});
