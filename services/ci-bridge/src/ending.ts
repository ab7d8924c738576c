import type { Effect, JobStatus, Output } from '@srm/bridge';
import { isRecord, isText, isTexts, parseJson } from './json.ts';

/** How a job ended, as its runner wrote it down; with the command at which it ended, where there was one. */
export type Ending = Extract<JobStatus, { state: 'succeeded' | 'failed' | 'cancelled' }> &
  Readonly<{ command: readonly string[] | null; exitCode: number | null; signal: string | null }>;

const plain = { command: null, exitCode: null, signal: null };

export const succeeded = (outputs: readonly (readonly [name: string, value: string])[], unchanged: boolean): Ending => ({
  ...plain,
  state: 'succeeded',
  outputs: outputs.map(([name, value]) => ({ name, value, secret: false })),
  unchanged,
});
export const failed = (reason: string, code: string | null, retryable: boolean, effect: Effect = 'none'): Ending => ({
  ...plain,
  state: 'failed',
  reason,
  code,
  retryable,
  effect,
});
export const cancelled = (reason: string): Ending => ({ ...plain, state: 'cancelled', reason, effect: 'none' });

const isEffect = (value: unknown): value is Effect => value === 'none' || value === 'possible' || value === 'done';
const isOutput = (value: unknown): value is Output =>
  isRecord(value) && isText(value['name']) && isText(value['value']) && typeof value['secret'] === 'boolean';
const orNull = <T>(is: (value: unknown) => value is T, value: unknown): T | null => (is(value) ? value : null);
const isNumber = (value: unknown): value is number => typeof value === 'number';

/** Null when it is no ending. */
export function endingOf(value: unknown): Ending | null {
  if (!isRecord(value)) return null;
  const { state, reason, code, retryable, effect, outputs, unchanged } = value;
  const where = {
    command: orNull(isTexts, value['command']),
    exitCode: orNull(isNumber, value['exitCode']),
    signal: orNull(isText, value['signal']),
  };
  if (state === 'succeeded' && Array.isArray(outputs) && outputs.every(isOutput))
    return { ...where, state, outputs, unchanged: unchanged === true };
  if (!isText(reason) || !isEffect(effect)) return null;
  if (state === 'failed') return { ...where, state, reason, code: orNull(isText, code), retryable: retryable === true, effect };
  return state === 'cancelled' ? { ...where, state, reason, effect } : null;
}

export const parseEnding = (text: string | null): Ending | null => (text === null ? null : endingOf(parseJson(text)));
