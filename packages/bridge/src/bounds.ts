import { unsayable } from '@srm/messaging';
import { pieces } from './logs.ts';
import type { Ending, Finding } from './report.ts';

const longestText = 4 * 1024;
const largestInt = 2 ** 31 - 1;
/** In bytes, of the JSON text. */
export const largestRestorePoint = 256 * 1024;
export const whyNot = unsayable();

/** At most 4 KB, cut between characters. */
const cut = (text: string): string => {
  if (Buffer.byteLength(text) <= longestText) return text;
  const [first = ''] = pieces(text, longestText - Buffer.byteLength('…'));
  return `${first}…`;
};

const whole = (amount: number | null): number | null =>
  amount === null || !Number.isFinite(amount) ? null : Math.min(Math.max(Math.round(amount), 0), largestInt);

/** As much of a finding as a report has room for. Outputs and evidence were bounded when they were had. */
export const bounded = (finding: Finding): Finding => {
  switch (finding.kind) {
    case 'JobProgressed':
      return { ...finding, done: whole(finding.done), total: whole(finding.total), text: cut(finding.text) };
    case 'JobFailed':
      return { ...finding, reason: cut(finding.reason), code: finding.code === null ? null : cut(finding.code) };
    case 'JobCancelled':
      return { ...finding, reason: cut(finding.reason) };
    default:
      return finding;
  }
};

/** What is said in the place of an end that no message can carry: what the job did is kept. */
export const instead = (ending: Ending, why: string): Ending => ({
  kind: 'JobFailed',
  reason: cut(`the ${ending.kind} report could not be said: ${why}`),
  code: 'report-too-large',
  retryable: false,
  effect: ending.kind === 'JobSucceeded' ? 'done' : ending.effect,
  evidence: null,
});
