import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '@srm/messaging';
import type { Settings } from '../settings.ts';
import { runProcess, type Program } from './run-process.ts';

const clock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) => pause(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
};

/** What the main.ts of every service does: hands the world in, and exits with the code that comes out. */
export async function main<S extends Settings>(program: Program<S>): Promise<never> {
  const { env } = process;
  const complain = (line: string): void => void process.stderr.write(`${program.name}: ${line}\n`);
  process.exit(await runProcess(program, { env, clock, newId: randomUUID, host: process, version: version(), complain }));
}

function version(): string {
  const value: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof value === 'object' && value !== null && 'version' in value ? String(value.version) : '';
}
