import { v5 } from 'uuid';

const namespace = '5a3c8f0e-6d0b-4d3e-9b1a-7c2f4e8d1a60';

/** Ids derive from place (protocol 6): the same parts give the same id. Parts are joined by NUL, so ('a','bc') differs from ('ab','c'). */
export const idOf = (...parts: readonly (string | number)[]): string => v5(parts.join('\u0000'), namespace);

export const jobId = (operation: string, step: string, attempt: number): string => idOf('job', operation, step, attempt);
export const reportId = (job: string, number: number): string => idOf('report', job, number);
