import { divided } from './divided.ts';
import { nothingYet, tallied, together, type Tally } from './tally.ts';

/** Seeds that a worker is given at a time: few, so that none works long when the others have nothing left. */
const portion = 10;

type Portion = Readonly<{ from: number; seeds: number }>;
type Answer = Readonly<{ line: string }> | Readonly<{ tally: Tally }>;

/** Divides seeds among processes of this very program. */
export async function talliedBy(program: string, workers: number, whole: Portion, say: (line: string) => void): Promise<Tally> {
  let all = nothingYet;
  await divided<Portion, Answer>({ program, args: ['--worker'], count: workers }, portions(whole), (answer) => {
    if ('line' in answer) say(answer.line);
    else all = together(all, answer.tally);
    return 'tally' in answer;
  });
  return all;
}

function portions({ from, seeds }: Portion): readonly Portion[] {
  const all: Portion[] = [];
  for (let begun = 0; begun < seeds; begun += portion) all.push({ from: from + begun, seeds: Math.min(portion, seeds - begun) });
  return all;
}

/** In a worker: plays what comes and tells of it, until nothing comes any more. */
export function works(): void {
  const tell = (answer: Answer): unknown => process.send?.(answer);
  process.on('message', ({ from, seeds }: Portion) => {
    void tallied(from, seeds, (line) => tell({ line })).then((tally) => tell({ tally }));
  });
}
