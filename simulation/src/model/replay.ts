import type { Filter } from '@srm/documents';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type Plain = { readonly [name: string]: Json };

/** A message without what derives from its place: ids, causes. */
export type Note = Readonly<{ topic: string; key: string; type: string; data: Plain; number: number | null }>;

/** A job as its driver is called for it. */
export type Called = Readonly<{
  id: string;
  operation: string;
  step: string;
  component: string;
  action: string;
  fence: number;
  undoes: string | null;
  restorePoint: string | null;
}>;

/** What code under search asks of the world at an `await`. */
export type Request =
  | Readonly<{ do: 'find'; collection: string; filter: Filter; many: boolean }>
  | Readonly<{ do: 'insert'; collection: string; document: Plain }>
  | Readonly<{ do: 'update'; collection: string; filter: Filter; set: Plain }>
  | Readonly<{ do: 'say'; notes: readonly Note[] }>
  | Readonly<{ do: 'restorePoint' | 'start' | 'observe' | 'cancel'; job: Called }>
  | Readonly<{ do: 'rest' }>
  | Readonly<{ do: 'end'; thrown: string | null }>;

/** `ripe`: the number of the start right since which T has passed by now; `view`: what a rest would wait to see changed. */
export type Answer = Readonly<{ value: Json; error: 'duplicate' | 'poison' | 'out of reach' | null; ripe: number; view: number }>;

/** What a loop remembers of a job from one look to the next. */
export type Memory = Readonly<{ seen: boolean; called: boolean; trouble: string | null; watched: number }>;

export type Asked = Readonly<{
  request: Request;
  /** Where a loop begins its next look: all that it still knows. */
  head: Memory | null;
  memory: Memory | null;
  /** Jobs that a handler has woken the loop for. */
  woken: readonly string[];
}>;

export type Asking = Readonly<{
  ask: (request: Request) => Promise<Json>;
  /** Whether T has passed for this start right, as of the last answer. */
  ripe: (number: number) => boolean;
  woken: string[];
  memory: (memory: () => Memory) => void;
  /** The next find begins a new look. */
  atHead: () => void;
}>;

/** Runs a piece of asynchronous code anew through the answers it was given so far, and tells what it asks next. */
export function replay(run: (asking: Asking) => Promise<void>, answers: readonly Answer[]): Promise<Asked> {
  return new Promise((resolve) => {
    let given = 0;
    let head = false;
    let settled = false;
    let memory: () => Memory | null = () => null;
    const woken: string[] = [];
    const stop = (request: Request, isHead: boolean): void => {
      if (settled) return;
      settled = true;
      const remembered = memory();
      resolve({ request, head: isHead ? remembered : null, memory: remembered, woken });
    };
    const ask = (request: Request): Promise<Json> => {
      const answer = head && request.do === 'find' ? undefined : answers[given++];
      if (answer === undefined) {
        stop(request, head && request.do === 'find');
        return new Promise(() => {});
      }
      return answer.error === null ? Promise.resolve(answer.value) : Promise.reject(failure(answer.error));
    };
    const asking: Asking = {
      ask,
      ripe: (number) => answers[given - 1]?.ripe === number,
      woken,
      memory: (tell) => void (memory = tell),
      atHead: () => void (head = true),
    };
    run(asking).then(
      () => stop({ do: 'end', thrown: null }, false),
      (error: unknown) => stop({ do: 'end', thrown: String(error) }, false),
    );
  });
}

function failure(error: NonNullable<Answer['error']>): Error {
  if (error === 'duplicate') return Object.assign(new Error('duplicate key'), { code: 11000 });
  const made = new Error(error);
  if (error === 'out of reach') made.name = 'TransientError';
  return made;
}
