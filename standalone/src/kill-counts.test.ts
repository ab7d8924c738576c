import { doubled, type Counts } from './kill-counts.ts';

const did = (what: 'started' | 'stopped', job: string, pid: number): Counts['deployments'][number] => ({
  component: 'store',
  job,
  did: what,
  version: `of ${pid}`,
  pid,
});
const run = (source: string, pid: number): Counts['ran'][number] => ({ component: 'store', source, pid });
const counts = (deployments: Counts['deployments'], ran: Counts['ran']): Counts => ({
  builds: [],
  packages: [],
  built: [],
  deployments,
  ran,
});

const replaced = [did('started', 'first', 1), did('stopped', 'second', 1), did('started', 'second', 2)];

test('what a job ended for a version that it then gave up runs again, and is not doubled', () => {
  expect(doubled(counts(replaced, [run('a', 1), run('b', 2), run('a', 3)]))).toEqual([]);
});

test('a run that no job started is doubled: of another source, twice in a row, or where another job ended what was before', () => {
  const told = ['store ran 3 times and was started 2 times'];
  expect(doubled(counts(replaced, [run('a', 1), run('b', 2), run('b', 3)]))).toEqual(told);
  expect(doubled(counts(replaced, [run('a', 1), run('a', 3), run('b', 2)]))).toEqual(told);
  const others = [did('started', 'first', 1), did('stopped', 'third', 1), did('started', 'second', 2)];
  expect(doubled(counts(others, [run('a', 1), run('b', 2), run('a', 3)]))).toEqual(told);
});
