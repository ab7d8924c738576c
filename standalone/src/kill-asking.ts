import { Unreachable, httpClient, isAway, type Client } from '@srm/cli';
import type { Clock } from '@srm/messaging';
import type { Lives } from './kill-lives.ts';

/** An event as it comes by HTTP. */
export type Heard = Readonly<{ sequence: number; type: string; data: Readonly<Record<string, unknown>> }>;

/** A user who asks again, of the next life, whatever was not answered. */
export type Asking = Readonly<{
  /** Once, of the present life: null when it was not answered. */
  once: <T>(ask: (client: Client) => Promise<T>) => Promise<T | null>;
  insist: <T>(ask: (client: Client) => Promise<T>) => Promise<T>;
  /** The whole record of an operation, read at once. */
  record: (id: string) => Promise<readonly Heard[]>;
  /** The record as the stream tells it, resumed in the next life after the last event that came. */
  follow: (id: string) => Following;
}>;

export type Following = Readonly<{
  /** The numbers, as they came. */
  numbers: readonly number[];
  /** Resolves when there are so many events, or the last one. */
  reached: (count: number) => Promise<void>;
  /** Rejects when the stream cannot be followed. */
  ended: Promise<void>;
}>;

/** Milliseconds until somebody who was told to come again does. */
const moment = 200;

export function askingOf(lives: Lives, clock: Clock, newId: () => string): Asking {
  const attempt = async <T>(server: string, ask: (client: Client) => Promise<T>): Promise<Readonly<{ answer: T }> | null> => {
    try {
      return { answer: await ask(httpClient({ server, actor: 'killer', newId, fetch, sleep: clock.sleep })) };
    } catch (error) {
      if (isAway(error)) return null;
      throw error;
    }
  };
  const once: Asking['once'] = async (ask) => (await attempt((await lives.present()).address, ask))?.answer ?? null;
  const insist: Asking['insist'] = async (ask) => {
    for (;;) {
      const { address, over } = await lives.present();
      const got = await attempt(address, ask);
      if (got !== null) return got.answer;
      await Promise.race([over, clock.sleep(moment)]);
    }
  };
  const record = (id: string): Promise<readonly Heard[]> =>
    insist(async ({ server }) => {
      const answer = await fetch(`${server}/v1/operations/${id}/events`)
        .then((got) => (got.ok ? got.text() : Promise.reject(new Unreachable(server))))
        .catch(() => Promise.reject(new Unreachable(server)));
      return itemsOf(JSON.parse(answer));
    });
  return { once, insist, record, follow: (id) => following(id, lives, insist, () => clock.sleep(moment)) };
}

function itemsOf(value: unknown): readonly Heard[] {
  const items: unknown = typeof value === 'object' && value !== null && 'items' in value ? value.items : null;
  if (!Array.isArray(items) || !items.every(isHeard)) throw new Error(`no list of events: ${JSON.stringify(value).slice(0, 300)}`);
  return items;
}

const isHeard = (value: unknown): value is Heard =>
  typeof value === 'object' &&
  value !== null &&
  'sequence' in value &&
  'type' in value &&
  'data' in value &&
  typeof value.type === 'string';

function following(id: string, lives: Lives, insist: Asking['insist'], pause: () => Promise<void>): Following {
  const numbers: number[] = [];
  const waiting = new Set<() => void>();
  let over = false;
  const look = (): void => waiting.forEach((wake) => wake());
  const hear = (number: number): void => {
    numbers.push(number);
    look();
  };
  const life = async (): Promise<boolean> => {
    const { over } = await lives.present();
    const body = await insist((client) => client.stream(id, numbers.at(-1) ?? 0, new AbortController().signal));
    if (body === null) return true;
    // Cut off: by a death, or by a door that has nothing to read from. Come to its end without the word: asked again, it has nothing more.
    return read(body, hear).catch(() => Promise.race([over, pause()]).then(() => false));
  };
  const all = async (): Promise<void> => {
    while (!(await life()));
  };
  const ended = all().finally(() => ((over = true), look()));
  ended.catch(() => undefined);
  const reached = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => void ((over || numbers.length >= count) && (waiting.delete(wake), resolve()));
      waiting.add(wake);
      wake();
    });
  return { numbers, reached, ended };
}

/** Numbers of events until the stream says its end: true; until it breaks off: false. */
async function read(body: ReadableStream<Uint8Array>, hear: (number: number) => void): Promise<boolean> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (/^event: end$/m.test(block)) return true;
      const number = /^id: (\d+)$/m.exec(block)?.[1];
      if (number !== undefined) hear(Number(number));
    }
  }
  return false;
}
