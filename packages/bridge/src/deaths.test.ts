import type { Job } from './driver.ts';
import type { Script } from './nothing.ts';
import { cancelStep, runStep, undoStep } from './testing/commands.ts';
import { reportsOf, stage, violations, type Stage } from './testing/play.ts';

type Scene = Readonly<{ script: (job: Job) => Script; acts: readonly ((s: Stage, owner: () => string) => () => boolean)[] }>;

const run = (step: string) => (s: Stage, owner: () => string) => {
  s.give(owner(), runStep(step));
  s.give(owner(), runStep(step));
  return () => s.closed(step);
};
const undo = (step: string) => (s: Stage, owner: () => string) => {
  s.give(owner(), undoStep(step));
  s.give(owner(), undoStep(step));
  return () => s.closed(`${step}/undo`);
};
const cancel = (step: string) => (s: Stage, owner: () => string) => {
  s.give(owner(), cancelStep(step));
  s.give(owner(), cancelStep(step));
  return () => s.closed(step);
};
const runUntilSeen = (step: string) => (s: Stage, owner: () => string) => {
  s.give(owner(), runStep(step));
  return () => reportsOf(s.published).some((report) => report.type === 'JobStarted');
};

/** Plays the scene; at its n-th call of a port the bridge dies, and another takes its place. Gives how many calls there were. */
async function play(scene: Scene, killAt: number | null): Promise<Stage & { calls: number }> {
  const s = stage(scene.script);
  let calls = 0;
  let owner = 'first';
  s.join(owner);
  const each = (): void => {
    calls += 1;
    if (calls !== killAt) return;
    s.replace(owner, 'second');
    owner = 'second';
  };
  for (const act of scene.acts)
    await s.run(
      act(s, () => owner),
      each,
    );
  await s.run(undefined, each);
  return { ...s, calls };
}

const ends = (s: Stage): readonly string[] => [
  ...new Set(reportsOf(s.published).map(({ step, number, type }) => `${step} ${number} ${type}`)),
];

/** Without its number: a job that was not seen to last says no JobStarted. */
const lastOf = (said: readonly string[]): string => (said.at(-1) ?? '').replace(/ \d+ /, ' ');

async function everyDeath(scene: Scene, wanted: readonly string[]): Promise<void> {
  const whole = await play(scene, null);
  expect(await violations(whole)).toEqual([]);
  expect(ends(whole)).toEqual(wanted);
  for (let at = 1; at <= whole.calls; at += 1) {
    const played = await play(scene, at);
    expect([at, await violations(played)]).toEqual([at, []]);
    expect([at, lastOf(ends(played))]).toEqual([at, lastOf(wanted)]);
  }
}

test('a bridge that dies at any call of a run is followed by one that ends it, with one effect', async () => {
  await everyDeath({ script: () => ({ does: 'succeed', looks: 3 }), acts: [run('store/deploy')] }, [
    'store/deploy 1 JobRestorable',
    'store/deploy 2 JobStarted',
    'store/deploy 3 JobSucceeded',
  ]);
});

test('a bridge that dies at any call of a run that fails says why', async () => {
  await everyDeath({ script: () => ({ does: 'fail', reason: 'no stock', effect: 'done' }), acts: [run('store/deploy')] }, [
    'store/deploy 1 JobRestorable',
    'store/deploy 2 JobFailed',
  ]);
});

test('a bridge that dies at any call of a run that is refused keeps the reason', async () => {
  await everyDeath({ script: () => ({ does: 'refuse', reason: 'no such image' }), acts: [run('store/deploy')] }, [
    'store/deploy 1 JobRestorable',
    'store/deploy 2 JobFailed',
  ]);
});

test('a bridge that dies at any call of a run and its undo leaves what was there before', async () => {
  await everyDeath({ script: () => ({ does: 'succeed', looks: 1 }), acts: [run('store/deploy'), undo('store/deploy')] }, [
    'store/deploy 1 JobRestorable',
    'store/deploy 2 JobSucceeded',
    'store/deploy/undo 1 JobSucceeded',
  ]);
});

test('a bridge that dies at any call of a cancel is followed by one that cancels', async () => {
  await everyDeath({ script: () => ({ does: 'hang' }), acts: [runUntilSeen('store/deploy'), cancel('store/deploy')] }, [
    'store/deploy 1 JobRestorable',
    'store/deploy 2 JobStarted',
    'store/deploy 3 JobCancelled',
  ]);
});

test('a bridge that dies at any call of a cancel of a job that is not known closes it all the same', async () => {
  await everyDeath({ script: () => ({ does: 'succeed' }), acts: [cancel('store/deploy'), run('store/deploy')] }, [
    'store/deploy 1 JobCancelled',
  ]);
});
