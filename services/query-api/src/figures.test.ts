import { queryApi } from './query-api.ts';
import { codec, goodStory, handed, key, memory, received, silent, stillClock, told } from './testing.ts';

test('what has ended is counted once, with how long it took, although every event comes twice', async () => {
  const counted: unknown[] = [];
  const { consumes } = queryApi({
    documents: memory(),
    codec,
    clock: stillClock(true),
    newId: () => 'i',
    actor: 'a',
    log: silent,
    figures: {
      operation: (...figures) => void counted.push(['operation', ...figures]),
      step: (...figures) => void counted.push(['step', ...figures]),
    },
  });
  const [events] = consumes;
  if (events === undefined) throw new Error('it reads no events');
  const records = await received(told(key, goodStory));
  for (const record of [...records, ...records]) await handed(events, [record]);
  expect(counted).toEqual([
    ['step', 'ci', 'compile', 'succeeded', 2],
    ['step', 'ci', 'package', 'succeeded', 1],
    ['step', 'sem', 'deploy', 'succeeded', 1],
    ['operation', 'release', 'succeeded', 16],
  ]);
});
