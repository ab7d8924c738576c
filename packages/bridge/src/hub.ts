/** Wakes the loops of this process when a handler has written into the book. The book is the truth; a wake that is lost costs nothing but time. */
export type Hub = Readonly<{
  wake: (job: string) => void;
  /** Look through the whole book: partitions may have come from somebody who is gone. */
  wakeAll: () => void;
  /** Gives the function that ends it. */
  listen: (listener: (job: string | null) => void) => () => void;
}>;

export const hub = (): Hub => {
  const listeners = new Set<(job: string | null) => void>();
  const tell = (job: string | null): void => listeners.forEach((listener) => listener(job));
  return {
    wake: tell,
    wakeAll: () => tell(null),
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
