import { model } from './finder.ts';
import { pair } from '../model/scenario.ts';
import type { Mutant } from './mutant.ts';

const folder = 'services/orchestrator/src/operation';
const failure = model(pair, { failure: 1 });

/** Rules 13 to 16 and the laws I1 to I5, as the operation keeps them. */
export const ofTheOperation: readonly Mutant[] = [
  {
    rule: '13',
    broken: 'an operation ends while a step is open',
    changes: [
      {
        file: `${folder}/next.ts`,
        old: 'const idle = operation.open.size === 0 && operation.retrying.size === 0;',
        new: 'const idle = true;',
      },
    ],
    finders: [failure],
  },
  {
    rule: 'I4',
    broken: 'undo goes in forward order',
    changes: [
      {
        file: `${folder}/undoing.ts`,
        old: '  const top = [...operation.steps.values()].filter((step) => step.standing === 0).map((step) => step.plan.id);',
        new: '  const top = [...operation.steps.values()].map((step) => step.plan.id);',
      },
    ],
    finders: [failure],
  },
  {
    rule: '14',
    broken: 'the failed step is forgotten: only what succeeded is undone',
    changes: [
      {
        file: `${folder}/evolve.ts`,
        old: '      closed(operation, step, data.report, data.effect);\n      step.reason = data.reason;\n      step.state = data.retryIn === null',
        new: "      closed(operation, step, data.report, 'none');\n      step.reason = data.reason;\n      step.state = data.retryIn === null",
      },
    ],
    finders: [failure],
  },
];
