import { fork } from 'node:child_process';

/** How much is done at once, and by which program: this very one, as a rule, told that it is a worker. */
export type Workers = Readonly<{ program: string; args: readonly string[]; count: number }>;

/** Gives each worker the next piece as soon as it is through with the one before; `heard` says of a message whether it is. A worker that dies
 *  ends all of it: its piece was not done. */
export async function divided<Piece extends number | object, Answer>(
  { program, args, count }: Workers,
  pieces: readonly Piece[],
  heard: (answer: Answer) => boolean,
): Promise<void> {
  const rest = [...pieces];
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = fork(program, [...args]);
      const give = (): void => {
        const next = rest.shift();
        if (next === undefined) worker.disconnect();
        else worker.send(next);
      };
      worker.on('message', (answer) => {
        if (heard(answer as Answer)) give();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
      give();
    });
  await Promise.all(Array.from({ length: Math.min(count, pieces.length) }, one));
}
