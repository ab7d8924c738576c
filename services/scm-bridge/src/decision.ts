import type { Work } from './work.ts';

export type Decision = Omit<Work, '_id'>;

/** The job's own end, before anything was touched. */
export const failed = (code: string, reason: string): Decision => ({
  writes: [],
  kept: [],
  left: [],
  end: { state: 'failed', reason, code, retryable: false, effect: 'none' },
});
