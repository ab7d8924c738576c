import { problemOf } from './shape.ts';
import type { Sleep } from './stream.ts';
import { plainValue } from './text.ts';
import type { Problem } from './api.ts';

/** Nobody answers at the address: the command ends with 3. `detail` is the sentence to show when more is known. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly detail: string | null;
  constructor(server: string, detail: string | null = null) {
    super(server);
    this.detail = detail;
  }
}

/** The server answered that it will not: the command ends with 2. `file` is what lines and columns of the problem are in. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;
  readonly file: string | null;
  constructor(problem: Problem, file: string | null = null) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
    this.file = file;
  }
}

/** Out of reach for now: no answer, or one of a server that starts, drains or is in trouble. Worth asking again. */
export const isAway = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof Refused && error.problem.status >= 500);

export type Asked = Readonly<{
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  post?: Readonly<{ body: string; type: string; key: string }>;
  /** Of what is posted. */
  method?: 'POST' | 'PUT';
}>;

/** GET, or POST where there is something to post; again, with the same key, where the server has too much to do and says so.
 *  Throws Unreachable, and Refused for any answer that is not 2xx. */
export type Ask = (path: string, asked?: Asked) => Promise<Response>;

const mostTries = 60;

export const asking =
  (server: string, actor: string, fetch: typeof globalThis.fetch, sleep: Sleep): Ask =>
  async (path, { headers = {}, signal, post, method = 'POST' } = {}) => {
    const written = post && { 'content-type': post.type, 'idempotency-key': post.key, 'srm-actor': encodeURIComponent(actor) };
    const init = { headers: { ...headers, ...written }, ...(signal && { signal }), ...(post && { method, body: post.body }) };
    const once = (): Promise<Response> =>
      fetch(new URL(path, server), init).catch((error: unknown) => {
        throw signal?.aborted === true ? error : new Unreachable(server);
      });
    let answer = await once();
    for (let tries = 1; answer.status === 429 && tries < mostTries; tries += 1) {
      await answer.body?.cancel();
      await sleep(1000 * (Number(answer.headers.get('retry-after')) || 1));
      answer = await once();
    }
    if (!answer.ok) throw new Refused(problemOf(answer.status, await valueOf(answer, server)));
    return answer;
  };

/** The body as JSON with all its texts plain, else as it is. A body that breaks off is a server out of reach. */
export async function valueOf(answer: Response, server: string): Promise<unknown> {
  const text = await answer.text().catch(() => Promise.reject(new Unreachable(server)));
  try {
    return plainValue(JSON.parse(text));
  } catch {
    return plainValue(text);
  }
}
