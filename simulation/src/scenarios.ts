import type { Job, Script } from '@srm/bridge';
import type { RequestOperation } from '@srm/schemas';

export type Scenario = Readonly<{
  name: string;
  operations: readonly Partial<RequestOperation['data']>[];
  /** What the bridges do, by operation and step. */
  script: (job: Job) => Script;
  ending: string;
}>;

const outputs = { artifact: 'bpr:a', image: 'sha256:1', url: 'http://x', values: '{}', configuration: 'sha256:c' };
const well: Script = { does: 'succeed', outputs };
const broken = (effect: 'none' | 'possible' | 'done'): Script => ({ does: 'fail', reason: 'web was not ready', effect });

export const scenarios: readonly Scenario[] = [
  { name: 'a release into an empty environment', operations: [{}], script: () => well, ending: 'OperationSucceeded' },
  {
    name: 'a release that fails at its last deploy and is undone',
    operations: [{}],
    script: (job) => (job.step === 'web/deploy' ? broken('done') : well),
    ending: 'OperationCompensated',
  },
  {
    name: 'a broken release over a running one, whose versions come back',
    operations: [{}, {}],
    script: (job) =>
      job.operation === 'op-2' && job.step === 'web/deploy'
        ? broken('possible')
        : { does: 'succeed', outputs: { ...outputs, image: `sha256:${job.operation}` }, looks: job.step === 'store/deploy' ? 2 : 0 },
    ending: 'OperationCompensated',
  },
  {
    name: 'a compile that fails',
    operations: [{}],
    script: (job) => (job.step === 'store/compile' ? { does: 'fail', reason: 'store does not compile', effect: 'none' } : well),
    ending: 'OperationFailed',
  },
];
