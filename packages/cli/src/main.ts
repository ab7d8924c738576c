#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from './run.ts';
import { painted, screenOn } from './screen.ts';

const { env } = process;
const stopped = new AbortController();
process.once('SIGINT', () => stopped.abort());
// Whoever reads has read enough: `… | head -1` is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const about: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

process.exitCode = await run(process.argv.slice(2), {
  version: typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : '',
  folder: env['INIT_CWD'] ?? process.cwd(),
  server: env['SRM_SERVER'] ?? null,
  lang: env['LC_ALL'] ?? env['LANG'] ?? null,
  actor: userInfo().username,
  out: screenOn(process.stdout),
  error: (text) => void process.stderr.write(`${painted(text)}\n`),
  now: Date.now,
  sleep: (milliseconds, signal) => pause(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
  newId: randomUUID,
  fetch,
  signal: stopped.signal,
});
