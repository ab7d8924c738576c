/** How often each kind of fault was injected. */
export type Counts = Map<string, number>;

export const count = (counts: Counts, fault: string, times = 1): void => void counts.set(fault, (counts.get(fault) ?? 0) + times);
