import { deadLetterOf, topics } from './topics.ts';

const all = Object.values(topics);

test('every topic has a name of its own, dead letters among them', () => {
  const names = all.flatMap((topic) => [topic.name, deadLetterOf(topic.name)]);
  expect([...new Set(names)]).toStrictEqual(names);
});

test('every topic is named srm, what is on it, and a version; and is divided', () => {
  expect(all.filter((topic) => !/^srm(\.[a-z]+)+\.v[1-9]$/.test(topic.name))).toStrictEqual([]);
  expect(all.filter((topic) => !Number.isInteger(topic.partitions) || topic.partitions < 1)).toStrictEqual([]);
});

test('events are kept for ever, everything else for a time', () => {
  expect(
    Object.entries(topics)
      .filter(([, topic]) => topic.retention === 'forever')
      .map(([name]) => name),
  ).toStrictEqual(['events']);
});
