import { watch } from 'node:fs';

/** What changes in a folder. */
export type Changes = Readonly<{
  /** Resolves when something has changed since the last time it resolved, or after `most` milliseconds (null: never), or when the signal aborts. */
  next: (most: number | null, signal: AbortSignal) => Promise<void>;
  /** Calls at every change; gives what ends it. */
  each: (call: () => void) => () => void;
  close: () => void;
}>;

export function changesIn(folder: string): Changes {
  const calls = new Set<() => void>();
  let dirty = false;
  const heard = (): void => {
    dirty = true;
    for (const call of [...calls]) call();
  };
  const close = watching(folder, heard);
  return {
    each: (call) => {
      calls.add(call);
      return () => void calls.delete(call);
    },
    next: (most, signal) =>
      new Promise((resolve) => {
        const timer = most === null ? null : setTimeout(() => end(), most);
        const end = (): void => {
          if (timer !== null) clearTimeout(timer);
          calls.delete(end);
          signal.removeEventListener('abort', end);
          dirty = false;
          resolve();
        };
        calls.add(end);
        signal.addEventListener('abort', end);
        if (dirty || signal.aborted) end();
      }),
    close,
  };
}

/** A system gives only so many watches; without one the folder is looked at each second. */
function watching(folder: string, heard: () => void): () => void {
  const look = (): (() => void) => {
    const timer = setInterval(heard, 1000);
    return () => clearInterval(timer);
  };
  try {
    let close = look;
    const watcher = watch(folder, heard);
    watcher.on('error', () => {
      watcher.close();
      const end = look();
      close = () => end;
    });
    return () => (close === look ? watcher.close() : close()());
  } catch {
    return look();
  }
}
