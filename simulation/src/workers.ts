import { fork, type ChildProcess } from 'node:child_process';
import { nothingYet, tallied, together, type Tally } from './tally.ts';

/** Seeds that a worker is given at a time: few, so that none works long when the others have nothing left. */
const portion = 10;

type Portion = Readonly<{ from: number; seeds: number }>;
type Answer = Readonly<{ line: string }> | Readonly<{ tally: Tally }>;

/** Divides seeds among processes of this very program. A worker that dies ends all of it: its seeds were not played. */
export async function divided(program: string, workers: number, whole: Portion, say: (line: string) => void): Promise<Tally> {
  const rest = portions(whole);
  let all = nothingYet;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = fork(program, ['--worker']);
      worker.on('message', (answer: Answer) => {
        if ('line' in answer) return say(answer.line);
        all = together(all, answer.tally);
        given(worker, rest);
      });
      worker.on('error', reject);
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
      given(worker, rest);
    });
  await Promise.all(Array.from({ length: workers }, one));
  return all;
}

function portions({ from, seeds }: Portion): Portion[] {
  const all: Portion[] = [];
  for (let begun = 0; begun < seeds; begun += portion) all.push({ from: from + begun, seeds: Math.min(portion, seeds - begun) });
  return all;
}

function given(worker: ChildProcess, rest: Portion[]): void {
  const next = rest.shift();
  if (next === undefined) worker.disconnect();
  else worker.send(next);
}

/** In a worker: plays what comes and tells of it, until nothing comes any more. */
export function works(): void {
  const tell = (answer: Answer): unknown => process.send?.(answer);
  process.on('message', ({ from, seeds }: Portion) => {
    void tallied(from, seeds, (line) => tell({ line })).then((tally) => tell({ tally }));
  });
}
