import { model } from './finder.ts';
import { pair } from '../model/scenario.ts';
import type { Mutant } from './mutant.ts';

const carry = 'packages/bridge/src/carry.ts';
const follow = 'packages/bridge/src/follow.ts';

/** Rules 12 to 20 and the table of the book, as a bridge keeps them. */
export const ofTheBridge: readonly Mutant[] = [
  {
    rule: '15',
    broken: 'the restore point is dropped',
    changes: [
      {
        file: carry,
        old: 'await restorePoints.keep(found.operation, found.step, found._id, value));',
        new: 'null);',
      },
    ],
    finders: [model(pair, { failure: 1 })],
  },
  {
    rule: '13',
    broken: 'an absent job is closed as cancelled before T has passed, without a tombstone',
    changes: [{ file: follow, old: 'if (!ripe && !tombstone) return false;', new: '' }],
    finders: [model(pair, { cancel: 1, late: 1 }, { tombstones: false })],
  },
];
