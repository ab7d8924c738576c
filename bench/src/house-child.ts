import { calling } from './calls.ts';
import { assertCalm, callersIn, callersOf, type Callers } from './callers.ts';
import type { Answer, Asked } from './child.ts';
import { openHouse, realClock, type House } from './house.ts';
import { worked } from './machine.ts';

/** A house in a process of its own, in the folder that is named; it does what it is asked to, until it is killed, or its parent is gone. */
let calls = 0;
const counting = calling((_, work) => {
  calls += 1;
  return work();
});
const house = await openHouse({ folder: process.argv[2] ?? '.', around: { documents: counting } });
const tell = (answer: Answer): void => void process.send?.(answer);
tell({ milliseconds: 0, steps: 0, cpu: 0, calls: 0 });
let callers: Callers | null = null;

process.on('disconnect', () => process.exit());
process.on('message', (asked: Asked) => {
  done(asked).then(tell, (error: unknown) => tell({ failed: String(error) }));
});

async function done(asked: Asked): Promise<Answer> {
  const [start, cpu, before] = [performance.now(), worked(), calls];
  const { milliseconds, steps } = (await doing(asked)) ?? { milliseconds: performance.now() - start, steps: 0 };
  return { milliseconds, steps, cpu: worked() - cpu, calls: calls - before };
}

async function doing(asked: Asked): Promise<Readonly<{ milliseconds: number; steps: number }> | null> {
  if (asked.does === 'define') {
    callers = await callersOf(house, asked.callers);
    return null;
  }
  callers ??= await callersIn(house);
  const { release, ask, ended } = callers;
  switch (asked.does) {
    case 'release': {
      const { milliseconds, steps } = await release(asked.callers, asked.times);
      assertCalm(house);
      return { milliseconds, steps };
    }
    case 'wait':
      await waiting(house, ask, asked.count);
      break;
    case 'preview': {
      const ending = await ended(await ask(0, { preview: true }));
      if (ending !== 'OperationPlanned') throw new Error(`a preview ended as ${ending}`);
      break;
    }
    case 'rest':
      await realClock.sleep(asked.milliseconds);
      break;
    case 'reach':
      await reached(house, asked.key, asked.number);
      break;
    case 'toil':
      for (let n = 0; n < asked.callers; n += 1) void toil(n, ask, ended);
  }
  return null;
}

const inAYear = (): string => new Date(Date.now() + 365 * 24 * 60 * 60 * 1000).toISOString();
const some = 500;

/** Asks for operations that are to begin in a year, until so many wait for it. */
async function waiting({ documents }: House, ask: Callers['ask'], count: number): Promise<void> {
  const operations = documents.collection('operations');
  const there = (): Promise<number> => operations.countDocuments({ status: 'waiting' });
  for (let asked = await there(); asked < count;) {
    const more = Math.min(some, count - asked);
    await Promise.all(Array.from({ length: more }, () => ask(0, { notBefore: inAYear() })));
    asked += more;
    while ((await there()) < asked) await realClock.sleep(50);
  }
}

/** Until the views show this event. */
async function reached({ documents }: House, key: string, number: number): Promise<void> {
  const positions = documents.collection<{ _id: string; number: number }>('positions');
  while (((await positions.findOne({ _id: key }))?.number ?? 0) < number) await realClock.sleep(50);
}

async function toil(caller: number, ask: Callers['ask'], ended: Callers['ended']): Promise<never> {
  for (;;) await ended(await ask(caller));
}
