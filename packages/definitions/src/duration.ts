const units: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

export const day = 24 * 3_600_000;

/** Milliseconds of `30s`, `500ms`, `10m`, `2h`; null when it is not a duration, or longer than a day. */
export function milliseconds(text: string): number | null {
  const match = /^(0|[1-9][0-9]{0,7})(ms|s|m|h)$/.exec(text);
  const unit = units.get(match?.[2] ?? '');
  if (match === null || unit === undefined) return null;
  const length = Number(match[1]) * unit;
  return length <= day ? length : null;
}
