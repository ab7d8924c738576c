import { hasEnded } from './api.ts';
import { changes } from './changes.ts';
import type { Picture } from './changes.ts';
import { decisionsOf } from './decisions.ts';
import { isAway } from './http.ts';
import type { Client } from './client.ts';
import { fitted, renderOperation } from './render.ts';
import type { Frame } from './row.ts';
import type { Screen } from './screen.ts';
import { looking } from './looking.ts';
import { follow } from './stream.ts';
import type { Sleep, StreamEvent } from './stream.ts';
import { columns } from './text.ts';
import type { Lang } from './words.ts';

export type WatchParts = Readonly<{ client: Client; screen: Screen; lang: Lang; now: () => number; sleep: Sleep; signal: AbortSignal }>;

/** Between two frames, in milliseconds. The views are read again only when the stream said that something happened. */
const frameTime = 120;

/**
 * Shows an operation until it ends, and returns how it ended; null when the signal aborted first.
 * A server that restarts in between is waited for a minute, then Unreachable is thrown.
 */
export async function watchOperation(id: string, { client, screen, lang, now, sleep, signal }: WatchParts): Promise<Picture | null> {
  let shown: Picture | null = null;
  const look = looking(client, id, now);
  let picture = await look([]);
  const news = following(client, id, picture.operation.number, sleep, signal);
  for (let turn = 0; ; turn += 1) {
    const frame = { now: now(), turn };
    show(screen, shown, picture, frame, lang);
    shown = picture;
    if (hasEnded(picture.operation)) {
      screen.keep();
      news.stop();
      return picture;
    }
    await sleep(frameTime, signal);
    if (signal.aborted) {
      screen.keep();
      return null;
    }
    const heard = news.taken();
    if (heard === null) continue;
    const next = await look(heard).catch(lookedAway);
    if (next === null) news.again();
    picture = next ?? picture;
  }
}

function show(screen: Screen, before: Picture | null, after: Picture, frame: Frame, lang: Lang): void {
  if (screen.live) screen.draw(pictureOf(after, screen, frame, lang));
  else if (before !== after) for (const line of changes(before, after, frame, lang)) screen.print(line);
}

/** What can be decided stands below the rows, and is never left out for them. */
function pictureOf({ operation, steps }: Picture, { width, height }: Screen, frame: Frame, lang: Lang): string {
  const decisions = decisionsOf(operation, steps, width, lang);
  const taken = decisions.reduce((sum, line) => sum + Math.ceil(columns(line) / width), 0);
  return [fitted(renderOperation(operation, steps, width, frame, lang), height - taken, lang), ...decisions].join('\n');
}

function lookedAway(error: unknown): null {
  if (isAway(error)) return null;
  throw error;
}

type News = Readonly<{ taken: () => readonly StreamEvent[] | null; again: () => void; stop: () => void }>;

/** What happened since it was last asked; null: nothing. After the stream has ended there is always something: the view may be a moment behind. */
function following(client: Client, id: string, after: number, sleep: Sleep, signal: AbortSignal): News {
  const stopped = new AbortController();
  let heard: StreamEvent[] = [];
  let fresh = false;
  let over = false;
  let failure: Error | null = null;
  const run = async (): Promise<void> => {
    for await (const event of follow(client, id, after, sleep, AbortSignal.any([signal, stopped.signal]))) heard.push(event);
  };
  void run()
    .catch((error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error));
    })
    .finally(() => {
      over = true;
    });
  return {
    taken: () => {
      if (failure !== null) throw failure;
      const news = heard.length > 0 || fresh || over ? heard : null;
      heard = [];
      fresh = false;
      return news;
    },
    again: () => {
      fresh = true;
    },
    stop: () => stopped.abort(),
  };
}
