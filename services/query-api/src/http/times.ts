const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `30m` in milliseconds; null where it is none. */
export function milliseconds(duration: string | null): number | null {
  const [, count, unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(duration ?? '') ?? [];
  return count === undefined ? null : Number(count) * (units[unit] ?? 0);
}

const instant = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Whether it is a moment of RFC 3339 that there is: not the 31st of February, not without a zone. */
export function isMoment(text: string): boolean {
  const [, date = '', time = '', , zone = ''] = instant.exec(text) ?? [];
  if (date === '' || Number.isNaN(Date.parse(text.toUpperCase()))) return false;
  const own = new Date(`${date}T${time}Z`);
  return !Number.isNaN(own.getTime()) && own.toISOString().startsWith(`${date}T${time}`) && (zone.length === 1 || zone.slice(1) <= '23:59');
}

/** The same moment, as SRM says it: UTC with milliseconds. */
export const utc = (moment: string | null): string | null => (moment === null ? null : new Date(moment.toUpperCase()).toISOString());

export const noMoment = 'has to be a moment with its zone (RFC 3339), as in 2026-11-25T02:00:00Z or 2026-11-25T10:00:00+08:00';
