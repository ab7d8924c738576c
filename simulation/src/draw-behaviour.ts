import type { Job } from '@srm/bridge';
import { digestOf } from '@srm/definitions';
import { chance, type Chance } from './random.ts';
import type { Behaviour } from './target.ts';

/** What a job comes to follows from seed, step and attempt alone: asked twice, the answer is the same. */
export const behaves =
  (seed: number, failing: number, odd: number) =>
  (job: Job): Behaviour => {
    const by = chanceOf(seed, job.operation, job.step, job.attempt);
    const outputs = {
      artifact: `bpr:${job.component}`,
      // What is built again is often the same.
      image: by.is(0.3) ? digestOf(job.component) : digestOf([job.operation, job.component]),
      url: `http://${job.component}`,
      values: '{}',
      configuration: digestOf(job.component),
      kept: '[]',
    };
    // Whatever is tried, it fails, and says that it may be tried again.
    const stubborn = chanceOf(seed, job.operation, job.step).is(failing / 4);
    const fails = stubborn || by.is(failing);
    const does = !fails || by.is(0.6);
    const unchanged = !fails && job.undoes === null && by.is(0.1);
    return {
      refuses: fails && !stubborn && by.is(0.3) ? { reason: `${job.step} was refused`, retryable: by.is(0.3) } : null,
      underway: by.is(odd) ? by.of([500, 3000, 8000]) : 0,
      queued: by.is(odd) ? by.below(900) : 0,
      lasts: by.of([0, 0, 200, 2000, 20_000]),
      ends: stubborn ? 'fails' : fails ? by.of(['fails', 'fails', 'hangs'] as const) : 'succeeds',
      retryable: stubborn || by.is(0.3),
      does: does && !unchanged,
      says: does ? by.of(['possible', 'done'] as const) : by.of(['none', 'possible'] as const),
      unchanged,
      outputs: by.is(odd / 4) ? lies(by, outputs) : outputs,
      deaf: by.is(odd),
      unknownFor: by.is(odd) ? by.of([2000, 40_000]) : 0,
      backwards: by.is(odd),
    };
  };

const chanceOf = (...names: readonly (string | number)[]): Chance => chance(parseInt(digestOf(names).slice(7, 15), 16));

/** Outputs that are missing, or not what they should be. */
const lies = (by: Chance, outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  by.of<Readonly<Record<string, string>>>([{}, { ...outputs, url: '' }, { ...outputs, values: 'not json' }, { ...outputs, __more: 'x' }]);
