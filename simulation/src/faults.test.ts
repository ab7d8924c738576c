import { virtualClock } from './clock.ts';
import { faultyDocuments } from './faults.ts';
import { life } from './life.ts';
import { memoryDocuments } from './memory-documents.ts';
import { chance } from './random.ts';

const never = { refused: 0, unacknowledged: 0, slow: 0, doubled: 0, replayed: 0, reordered: 0, delayed: 0, death: 0, freeze: 0 };

test('no time passes while indexes are made, however many', async () => {
  const clock = virtualClock(0);
  const inner = memoryDocuments();
  const documents = faultyDocuments(inner, { life: life(Infinity), rates: never, chance: chance(1), counts: new Map() });
  const over = new AbortController();
  void clock.sleep(1_000, over.signal);
  for (let n = 0; n < 20; n++) await documents.collection(`c${n}`).createIndex({ place: 1 });
  expect(clock.now()).toBe(0);
  over.abort();
  clock.stop();
});
