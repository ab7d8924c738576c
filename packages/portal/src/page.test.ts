type Look = { word: string; mark: string; tone: string };
type Whole = { name: string; tone: string; line: string };
type States = {
  lookOf: (step: object) => Look;
  componentsOf: (steps: readonly object[]) => readonly Whole[];
  whyOf: (step: object) => string;
};
type Words = { words: () => Readonly<Record<string, unknown>>; switchLanguage: () => void };
type Times = { duration: (milliseconds: number) => string };

const load = (file: string): Promise<unknown> => import(String(new URL(`../page/${file}`, import.meta.url)));
const states = (await load('states.js')) as States;
const words = (await load('words.js')) as Words;
const times = (await load('times.js')) as Times;

const step = (id: string, state: string, more: object = {}): object => ({
  id,
  component: id.split('/')[0],
  phase: id.split('/')[1],
  state,
  undoes: null,
  unchanged: false,
  retryAt: null,
  reason: null,
  text: null,
  done: null,
  total: null,
  waitingFor: [],
  dependsOn: [],
  outputs: [],
  ...more,
});
const whole = (...steps: readonly object[]): readonly (readonly [string, string])[] =>
  states.componentsOf(steps).map(({ tone, line }): readonly [string, string] => [tone, line]);

/** Names and kinds, down to the leaves. */
const shape = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]))
    : Array.isArray(value)
      ? value.length
      : typeof value;

test('both languages say the same things', () => {
  const first = words.words();
  words.switchLanguage();
  const second = words.words();
  words.switchLanguage();
  expect(second).not.toBe(first);
  expect(shape(second)).toEqual(shape(first));
});

test('a component says in one line what goes on', () => {
  expect(whole(step('a/compile', 'succeeded'), step('a/deploy', 'started', { text: '0/1 ready' }))).toEqual([
    ['busy', 'deploy: 0/1 ready'],
  ]);
  expect(whole(step('a/compile', 'succeeded'))).toEqual([['good', 'done']]);
  expect(whole(step('a/compile', 'succeeded', { unchanged: true }))).toEqual([['same', 'unchanged']]);
  expect(whole(step('a/deploy', 'failed', { reason: 'not ready' }))).toEqual([['bad', 'deploy: not ready']]);
  expect(
    whole(
      step('a/deploy', 'planned', {
        waitingFor: [
          { for: 'step', what: 'b/publish' },
          { for: 'step', what: 'a/package' },
        ],
      }),
    ),
  ).toEqual([['none', 'waits for b']]);
  expect(
    whole(step('a/deploy', 'failed', { reason: 'not ready' }), step('a/deploy/undo', 'succeeded', { phase: 'deploy', undoes: 'a/deploy' })),
  ).toEqual([['back', 'undone; deploy: not ready']]);
});

test('a step that fails for good, one that is tried again and one that is undone look different', () => {
  const looks = [
    step('a/x', 'failed'),
    step('a/x', 'failed', { retryAt: '2026-11-24T08:00:00.000Z' }),
    step('a/x', 'succeeded', { undoes: 'a/y' }),
  ];
  expect(looks.map((one) => states.lookOf(one)).map(({ mark, tone }) => [mark, tone])).toEqual([
    ['✖', 'bad'],
    ['↻', 'wait'],
    ['↶', 'back'],
  ]);
});

test('many steps that are waited for are named by three', () => {
  const waitingFor = ['a/x', 'b/x', 'c/x', 'd/x', 'e/x'].map((what) => ({ for: 'step', what }));
  expect(states.whyOf(step('z/deploy', 'planned', { waitingFor }))).toBe('waits for a/x, b/x, c/x … +2');
});

test('durations are short', () => {
  expect([0, 940, 12_300, 185_000, 3_723_000].map((milliseconds) => times.duration(milliseconds))).toEqual([
    '0.0s',
    '0.9s',
    '12s',
    '3:05',
    '1:02:03',
  ]);
});
