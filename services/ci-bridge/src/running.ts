import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import type { JobLog } from './job-log.ts';
import type { RunRequest, Settings } from './request.ts';

/** What a runner gives to the work it does. */
export type Running = Readonly<{
  request: RunRequest;
  /** A folder of the job's own, removed at the end. */
  place: string;
  log: JobLog;
  /** Aborted by cancel, by the deadline, by the end of the runner. */
  signal: AbortSignal;
  progress: (done: number | null, total: number | null, text: string) => void;
  now: () => number;
}>;

export const bprFolder = (folder: string): string => path.join(folder, 'bpr');
/** An OCI image layout. */
export const dprFolder = (folder: string): string => path.join(folder, 'dpr');
export const workFolder = (folder: string): string => path.join(folder, 'work');
export const effectsFile = (folder: string): string => path.join(folder, 'effects.log');

/** One line for each build that was run and each image that was put, where it happened. */
export const countEffect = ({ folder }: Settings, ...words: readonly string[]): Promise<void> =>
  appendFile(effectsFile(folder), `${words.join(' ')}\n`);
