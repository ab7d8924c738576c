import type { Job } from '@srm/bridge';
import { digestOf } from '@srm/definitions';
import { chance, type Chance } from './random.ts';
import type { Behaviour } from './target.ts';

/** What a job comes to follows from seed, step and attempt alone: asked twice, the answer is the same. */
export const behaves =
  (seed: number, failing: number, odd: number) =>
  (job: Job): Behaviour => {
    const by = chance(parseInt(digestOf([seed, job.operation, job.step, job.attempt]).slice(7, 15), 16));
    const outputs = {
      artifact: `bpr:${job.component}`,
      image: digestOf([job.operation, job.component]),
      url: `http://${job.component}`,
      values: '{}',
      configuration: digestOf(job.component),
      kept: '[]',
    };
    const fails = by.is(failing);
    const does = !fails || by.is(0.6);
    const unchanged = !fails && job.undoes === null && by.is(0.1);
    return {
      refuses: fails && by.is(0.3) ? { reason: `${job.step} was refused`, retryable: by.is(0.3) } : null,
      underway: by.is(odd) ? by.of([500, 3000, 8000]) : 0,
      queued: by.is(odd) ? by.below(900) : 0,
      lasts: by.of([0, 0, 200, 2000, 20_000]),
      ends: fails ? by.of(['fails', 'fails', 'hangs'] as const) : 'succeeds',
      retryable: by.is(0.3),
      does: does && !unchanged,
      says: does ? by.of(['possible', 'done'] as const) : by.of(['none', 'possible'] as const),
      unchanged,
      outputs: by.is(odd / 4) ? lies(by, outputs) : outputs,
      deaf: by.is(odd),
      unknownFor: by.is(odd) ? by.of([2000, 40_000]) : 0,
      backwards: by.is(odd),
    };
  };

/** Outputs that are missing, or not what they should be. */
const lies = (by: Chance, outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  by.of<Readonly<Record<string, string>>>([{}, { ...outputs, url: '' }, { ...outputs, values: 'not json' }, { ...outputs, __more: 'x' }]);
