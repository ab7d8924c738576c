type Look = { word: string; mark: string; tone: string };
type Whole = { name: string; tone: string; line: string };
type States = {
  lookOf: (step: object) => Look;
  componentsOf: (steps: readonly object[]) => readonly Whole[];
  whyOf: (step: object) => string;
  asLeft: (operation: object, steps: readonly object[]) => readonly object[];
  headlineOf: (operation: object, steps: readonly object[]) => string;
};
type Choice = { action: string; step: string | null; steps: readonly string[] };
type Choices = {
  choicesOf: (operation: object, steps: readonly object[], cancelling: number | null, now: number) => readonly Choice[];
};
type Words = { words: () => Readonly<Record<string, unknown>>; switchLanguage: () => void };
type Sentence = (text: string, language: 'en' | 'zh', moment: (time: string) => string) => string;
type Term = (name: string, value: string, language: 'en' | 'zh') => string;
type Told = { tellBy: (sentence: Sentence, term: Term) => void };
type Times = { duration: (milliseconds: number) => string; lasting: (step: object, now: number) => string };

const sentences = (await import('@srm/schemas/sentences')) as { sentence: Sentence; term: Term };
const load = (file: string): Promise<unknown> => import(String(new URL(`../page/${file}`, import.meta.url)));
const states = (await load('states.js')) as States;
const words = (await load('words.js')) as Words;
const choices = (await load('choices.js')) as Choices;
const times = (await load('times.js')) as Times;
const told = (await load('told.js')) as Told;
const { undoneOf } = (await load('undone.js')) as {
  undoneOf: (operation: object, steps: readonly object[], resources: readonly object[]) => string;
};
told.tellBy(sentences.sentence, sentences.term);

const step = (id: string, state: string, more: object = {}): object => ({
  id,
  component: id.split('/')[0],
  phase: id.split('/')[1],
  state,
  undoes: null,
  unchanged: false,
  retryAt: null,
  reason: null,
  cancel: null,
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

test('what was open when its operation ended does not run on, and nobody knows how it ended', () => {
  const startedAt = '2026-11-24T08:00:00.000Z';
  const steps = [
    step('a/deploy', 'started', { text: '0/1 ready', startedAt, endedAt: null }),
    step('b/deploy', 'failed', { retryAt: '2026-11-24T08:05:00.000Z', reason: 'no answer' }),
    step('c/deploy', 'succeeded'),
    step('c/deploy/undo', 'requested', { phase: 'deploy', undoes: 'c/deploy' }),
  ];
  const left = states.asLeft({ status: 'failed', endedAt: '2026-11-24T08:00:07.000Z' }, steps);
  expect(left.map((one) => Object.values(states.lookOf(one)))).toEqual([
    ['not known', '?', 'wait'],
    ['failed', '✖', 'bad'],
    ['done', '✔', 'good'],
    ['not known', '?', 'wait'],
  ]);
  expect(left.slice(0, 1).map((one) => times.lasting(one, Date.parse('2026-11-25T00:00:00.000Z')))).toEqual(['7.0s']);
  expect(whole(...left)).toEqual([
    ['wait', 'deploy: it is not known how it ended'],
    ['bad', 'deploy: no answer'],
    ['wait', 'undo deploy: it is not known how it ended'],
  ]);
  expect(states.asLeft({ status: 'running', endedAt: null }, steps)).toBe(steps);
});

test('what succeeded without a step that was skipped says so, in both languages', () => {
  const steps = [step('a/deploy', 'succeeded'), step('b/deploy', 'skipped'), step('c/deploy/undo', 'skipped', { undoes: 'c/deploy' })];
  const said = (...all: readonly object[]): string => states.headlineOf({ status: 'succeeded' }, all);
  const many = Array.from({ length: 8 }, (_, n) => step(`c${n}/stop`, 'skipped'));
  expect([said(...steps), said(...steps.slice(0, 1)), said(...many)]).toEqual([
    'Done, without what was skipped: b/deploy',
    'All of it was done.',
    'Done, without what was skipped: c0/stop, c1/stop, c2/stop, c3/stop, c4/stop, c5/stop … +2',
  ]);
  words.switchLanguage();
  expect(said(...steps)).toBe('已完成，但以下步骤被跳过：b/deploy');
  words.switchLanguage();
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

const possible = (status: string, steps: readonly object[] = [], cancelling: number | null = null, now = 0): readonly string[] =>
  choices
    .choicesOf({ status }, steps, cancelling, now)
    .map(({ action, step: id, steps: ids }) => [action, id ?? ids.join(' ')].join(' ').trim());

test('what can be decided depends on how the operation is', () => {
  const failed = [step('a/deploy', 'succeeded'), step('b/deploy', 'failed'), step('c/deploy', 'failed')];
  const again = [step('a/configure', 'failed', { retryAt: '2026-11-24T08:00:00.000Z' })];
  expect(possible('running')).toEqual(['hold', 'cancel']);
  expect(possible('planning')).toEqual(['cancel']);
  expect(possible('held', again)).toEqual(['resume', 'giveUp']);
  expect(possible('held', failed)).toEqual(['retry b/deploy c/deploy', 'skip b/deploy', 'skip c/deploy', 'giveUp']);
  expect(possible('compensating', failed)).toEqual([]);
  expect(possible('succeeded')).toEqual([]);
});

test('abandoning is offered where a bridge is silent: after the time of its step, or a minute after the cancel', () => {
  const late = step('a/deploy', 'started', { cancel: { why: 'deadline' } });
  const open = step('b/deploy', 'started', { attempt: 2, reason: 'b was not ready' });
  expect(possible('running', [late, open])).toEqual(['hold', 'cancel', 'abandon a/deploy']);
  expect(possible('compensating', [late])).toEqual(['abandon a/deploy']);
  expect(possible('cancelling', [open], 1000, 61_000)).toEqual([]);
  expect(possible('cancelling', [open], 1000, 61_001)).toEqual(['abandon b/deploy']);
  expect(possible('cancelling', [step('b/deploy', 'succeeded')], 1000, 61_001)).toEqual([]);
});

test('whatever can be decided has its words in both languages', () => {
  const actions = ['hold', 'cancel', 'resume', 'retry', 'skip', 'giveUp', 'undo', 'keep', 'leave', 'abandon'];
  for (const turn of [1, 2]) {
    expect([turn, Object.keys(words.words()['decide'] as object)]).toEqual([turn, actions]);
    words.switchLanguage();
  }
});

test('a component whose step was left out says so', () => {
  expect(whole(step('a/package', 'succeeded'), step('a/deploy', 'skipped', { reason: 'skipped by ann' }))).toEqual([
    ['plain', 'deploy: skipped by ann'],
  ]);
});

test('what the server says is told in the language that is chosen, from the table that the command line has, too', () => {
  const failed = step('a/deploy', 'failed', { reason: 'a was not ready in 10 s' });
  const silent = step('a/deploy', 'requested', {
    waitingFor: [{ for: 'cancel', what: 'sem', text: 'sem-bridge was asked to end it at noon and has not confirmed' }],
  });
  expect([failed, silent].map(states.whyOf)).toEqual([
    'a was not ready in 10 s',
    'sem-bridge was asked to end it at noon and has not confirmed',
  ]);
  words.switchLanguage();
  expect([failed, silent].map(states.whyOf)).toEqual(['a 在 10 秒内未就绪', '已于 noon 要求 sem-bridge 结束它，尚未确认']);
  words.switchLanguage();
});

type Asked = Readonly<{ operation: () => unknown; all: () => unknown; named: (ids: readonly string[]) => unknown }>;
type Heard = Readonly<{ number: number; text: string }>;
type Known = {
  known: (asked: Asked, now: () => number) => { hear: (event: Heard) => void; read: () => Promise<{ steps: readonly object[] }> };
};
const { known } = (await load('known.js')) as Known;

test('an event costs the steps it is about and those that wait for them, not all there are', async () => {
  const many = Array.from({ length: 1000 }, (_, n) => step(`c${n}/deploy`, 'planned', { dependsOn: n === 7 ? ['c0/deploy'] : [] }));
  const asked: unknown[] = [];
  let operation = { status: 'running', planDigest: 'sha256:1', waitingFor: null, frozen: null, number: 10 };
  const view = known(
    {
      operation: () => operation,
      all: () => (asked.push('all'), many),
      named: (ids) => (asked.push(ids), ids.map((id) => step(id, id === 'c0/deploy' ? 'succeeded' : 'planned'))),
    },
    () => 0,
  );
  const hear = (number: number, id: string): void => view.hear({ number, text: JSON.stringify({ data: { operation: 'o', step: id } }) });
  await view.read();
  await view.read();
  hear(11, 'c0/deploy');
  await view.read();
  operation = { ...operation, number: 11 };
  await view.read();
  const { steps } = await view.read();
  hear(12, 'c3/deploy/undo');
  operation = { ...operation, status: 'compensating', number: 12 };
  await view.read();
  expect(steps[0]).toMatchObject({ id: 'c0/deploy', state: 'succeeded' });
  expect(asked).toEqual(['all', ['c0/deploy', 'c7/deploy'], ['c0/deploy', 'c7/deploy'], 'all']);
});

test('an undo that found nothing to do says that, and not what its step would', () => {
  const undo = { phase: 'deploy', undoes: 'a/deploy' };
  const reason = 'it was as before already';
  expect(states.whyOf(step('a/deploy/undo', 'succeeded', undo))).toBe('');
  expect(states.whyOf(step('a/deploy/undo', 'succeeded', { ...undo, unchanged: true, reason }))).toBe(reason);
});

test('what was undone is back, removed again, or not certain: by what was there before, not by what is believed', () => {
  const undone = (name: string, was: string | null): readonly object[] => [
    step(`${name}/deploy`, 'failed', { was }),
    step(`${name}/deploy/undo`, 'succeeded', { phase: 'deploy', undoes: `${name}/deploy` }),
  ];
  const steps = [...undone('a', 'present'), ...undone('b', 'absent'), ...undone('c', null), ...undone('d', null), ...undone('e', null)];
  const resource = (component: string, state: string, version: string | null = '1.1') => ({ component, state, version });
  const resources = [resource('a', 'running'), resource('b', 'uncertain'), resource('c', 'uncertain'), resource('d', 'running')];
  const said = (): string => undoneOf({ status: 'compensated' }, [...steps, step('f/deploy', 'planned')], resources);
  expect(said()).toBe('a, d back to 1.1; b, e removed again: not there before; c as before: not certain what runs; 1 untouched');
  words.switchLanguage();
  expect(said()).toBe('a, d 已恢复到 1.1；b, e 已移除（此前不存在）；c 已恢复原状，但不确定运行的是什么；1 个未受影响');
  words.switchLanguage();
});
