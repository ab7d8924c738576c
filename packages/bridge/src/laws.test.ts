import fc from 'fast-check';
import type { Job } from './driver.ts';
import type { Script } from './nothing.ts';
import { cancelStep, runStep, undoStep } from './testing/commands.ts';
import { closed, reportsOf, stage, violations, type Stage } from './testing/play.ts';

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

type Chances = Readonly<{ script: Script; cancelAt: number; numbers: readonly number[]; tombstones: boolean }>;
const chances = fc.record({
  script: scripts,
  cancelAt: fc.oneof(fc.nat(250), fc.constant(Infinity)),
  numbers: fc.array(fc.nat(9999), { minLength: 20, maxLength: 500 }),
  tombstones: fc.boolean(),
});

/** Two bridges over one book, every command given to both, steps taken in any order, deaths in between. */
async function play({ script, cancelAt, numbers, tombstones }: Chances): Promise<Stage> {
  const s = stage((job: Job) => (job.undoes === null ? script : { does: 'succeed', looks: 1 }), tombstones);
  let born = 2;
  s.join('bridge1');
  s.join('bridge2');
  const giveBoth = (command: Parameters<Stage['give']>[1]): void => s.owners().forEach((owner) => s.give(owner, command));
  giveBoth(runStep(step));
  const asked = new Set<string>();
  const once = (what: string, act: () => void): void => {
    if (asked.has(what)) return;
    asked.add(what);
    act();
  };
  const orchestrate = (taken: number): void => {
    const ended = closed(s.published, step);
    if (taken >= cancelAt || (script.does === 'hang' && taken > 400)) once('cancel', () => giveBoth(cancelStep(step)));
    if (ended) once('undo', () => giveBoth(undoStep(step)));
  };
  for (const [taken, number] of numbers.entries()) {
    orchestrate(taken);
    const turns = await s.w.waiting();
    // Without tombstones only T protects, and T covers no holder that is frozen for longer: time passes only while nobody is in a call.
    const mayPass = tombstones || turns.length === 0;
    if (number % 50 === 0) s.replace(s.owners()[number % s.owners().length]!, `bridge${(born += 1)}`);
    else if ((number % 50 < 6 && mayPass) || turns.length === 0) s.w.advance();
    else s.w.take(number % turns.length);
  }
  if (script.does === 'hang') once('cancel', () => giveBoth(cancelStep(step)));
  await s.run(() => closed(s.published, step));
  once('undo', () => giveBoth(undoStep(step)));
  await s.run();
  return s;
}

test('in any order, with any deaths, every job ends once, has at most one effect, and its reports read 1, 2, 3', async () => {
  await fc.assert(
    fc.asyncProperty(chances, async (given) => {
      const s = await play(given);
      expect(await violations(s)).toEqual([]);
      expect([...s.target.deployed.keys()]).toEqual([]);
      expect(new Set(reportsOf(s.published).map((report) => report.step))).toEqual(new Set([step, `${step}/undo`]));
    }),
    { numRuns: 100 },
  );
});
