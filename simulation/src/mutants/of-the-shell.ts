import { model } from './finder.ts';
import { pair } from '../model/scenario.ts';
import type { Mutant } from './mutant.ts';

const decide = 'services/orchestrator/src/decide.ts';
const decisions = 'services/orchestrator/src/decisions.ts';
const crash = model(pair, { crash: 1 }, { eager: true });

/** Rules 1 to 11: the shell of the deciders. */
export const ofTheShell: readonly Mutant[] = [
  {
    rule: '3',
    broken: 'a taken number is as good as one that was stored',
    changes: [{ file: decisions, old: 'if (isDuplicateKey(error)) return false;', new: 'if (isDuplicateKey(error)) return true;' }],
    finders: [model(pair, { rebalance: 1 }, { eager: true }, 30_000)],
  },
  {
    rule: '4',
    broken: 'who loads from the store does not publish the last decision again',
    changes: [{ file: decide, old: 'if (held.last !== null) yield held.last.records;', new: '' }],
    finders: [crash],
  },
  {
    rule: '4',
    broken: 'who loads from the store publishes only the events again, not the commands',
    changes: [
      {
        file: decide,
        old: 'if (held.last !== null) yield held.last.records;',
        new: 'if (held.last !== null) yield held.last.records.filter(({ topic }) => topic === topics.events.name);',
      },
    ],
    finders: [crash],
  },
  {
    rule: '8',
    broken: 'only what the inputs caused is published, not what is due after it',
    changes: [{ file: decide, old: '      inputs = [];\n    }', new: '      return;\n    }' }],
    finders: [model(pair, { failure: 1 })],
  },
];
