import fc from 'fast-check';
import type { Job } from './driver.ts';
import type { Script } from './nothing.ts';
import { cancelStep, runStep, undoStep } from './testing/commands.ts';
import { stage, violations, type Kind, type Stage } from './testing/play.ts';
import type { Command, Turn } from './testing/world.ts';

const step = 'store/deploy';
const scripts: fc.Arbitrary<Script> = fc.oneof(
  fc.record({ does: fc.constant('succeed' as const), looks: fc.nat(4) }),
  fc.record({
    does: fc.constant('fail' as const),
    reason: fc.constant('no stock'),
    effect: fc.constantFrom('none' as const, 'done' as const),
    looks: fc.nat(4),
  }),
  fc.record({ does: fc.constant('hang' as const) }),
  fc.constant({ does: 'refuse' as const, reason: 'no such image' }),
);

type Chances = Readonly<{ first: Script; second: Script; cancelAt: number; numbers: readonly number[] }>;
const chances = fc.record({
  first: scripts,
  second: scripts,
  cancelAt: fc.oneof(fc.nat(120), fc.constant(Infinity)),
  // Not made smaller: of hundreds of numbers that takes thousands of plays, and the test would go on long after it is told that it failed.
  numbers: fc.noShrink(fc.array(fc.nat(99_999), { minLength: 100, maxLength: 500, size: 'max' })),
});

/** What the orchestrator would ask, each command of both bridges: a run, perhaps its cancel, another attempt, the undo. */
const orchestrator = (s: Stage, cancelAt: number) => {
  const asked = new Set<string>();
  const once = (name: string, command: () => Command): void => {
    if (asked.has(name)) return;
    asked.add(name);
    s.owners().forEach((owner) => s.give(owner, command()));
  };
  return (taken: number): void => {
    once('run', () => runStep(step));
    if (taken >= cancelAt) once('cancel', () => cancelStep(step));
    if (s.closed(step)) once('again', () => runStep(step, { attempt: 2 }));
    if (taken >= cancelAt * 2 && asked.has('again')) once('cancel again', () => cancelStep(step, 2));
    if (s.closed(step, 2)) once('undo', () => undoStep(step));
  };
};

/** Two bridges over one book, steps taken in any order, some calls held back for long, deaths in between. */
async function play({ first, second, cancelAt, numbers }: Chances, kind: Kind): Promise<Stage> {
  const script = (job: Job): Script => (job.undoes !== null ? { does: 'succeed', looks: 1 } : job.attempt === 1 ? first : second);
  const s = stage(script, kind);
  let born = 2;
  s.join('bridge1');
  s.join('bridge2');
  const ask = orchestrator(s, cancelAt);
  const held = new Set<Turn>();
  for (const [taken, number] of numbers.entries()) {
    ask(taken);
    const turns = await s.w.waiting();
    const free = turns.filter((turn) => !held.has(turn));
    const chosen = free[Math.floor(number / 100) % Math.max(free.length, 1)];
    const chance = number % 100;
    if (chance === 0) s.replace(s.owners()[Math.floor(number / 100) % 2] ?? '', `bridge${(born += 1)}`);
    else if (chosen && (chance < 12 || (chosen.what === 'driver.start' && chance < 70))) held.add(chosen);
    else if (chance > 97) held.clear();
    else if (chance < 25 || chosen === undefined) pass(s, kind, turns);
    else s.w.take(chosen);
  }
  const hasty = orchestrator(s, 0);
  for (const attempt of [1, 2])
    await s.run(
      () => s.closed(step, attempt),
      () => hasty(1),
    );
  await s.run(undefined, () => hasty(1));
  return s;
}

/** As long as a start may be under way (call and hold of the driver that does nothing): where only the book protects, T rests on it. */
const longestStart = 6000;

const pass = (s: Stage, kind: Kind, turns: readonly Turn[]): void => {
  const due = turns.find(({ what, at }) => what === 'driver.start' && s.w.nextAt() - at > longestStart);
  if (kind === 'careless' && due !== undefined) s.w.take(due);
  else s.w.advance();
};

const holds = async (given: Chances, kind: Kind): Promise<void> => {
  const s = await play(given, kind);
  expect(await violations(s)).toEqual([]);
  expect([...s.target.deployed.keys()]).toEqual([]);
  expect((await s.jobs()).length).toBe(3);
};

test('in any order, with any deaths, every job ends once, has at most one effect, and its reports read 1, 2, 3', async () => {
  await fc.assert(
    fc.asyncProperty(chances, (given) => holds(given, 'careful')),
    { numRuns: 60 },
  );
});

test('so it is where the target neither knows a job again nor keeps tombstones, as long as T is kept', async () => {
  await fc.assert(
    fc.asyncProperty(chances, (given) => holds(given, 'careless')),
    { numRuns: 60 },
  );
});
