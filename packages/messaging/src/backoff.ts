import { murmur2 } from './murmur2.ts';

const first = 100;
const longest = 10_000;

/** Milliseconds to wait after the given failed attempt (1, 2, 3 …): doubled each time up to 10 s; its jitter derives from key and attempt. */
export const backoff = (key: string, attempt: number): number => {
  const full = Math.min(longest, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full / 2 + (full / 2) * (murmur2(`${key}/${attempt}`) / 2 ** 32));
};
