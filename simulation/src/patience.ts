/** I5: when faults stop and bridges answer, every operation that is not held by somebody's will ends within ten virtual minutes. */
export const longest = 10 * 60_000;
