import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Refused, httpClient, painted, screenOn } from '@srm/cli';
import type { Clock } from '@srm/messaging';
import { pino, type Logger } from 'pino';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { hints, typed } from './hints.ts';
import { arrive, depart } from './life.ts';
import type { Life, Outcome } from './life.ts';
import { holdFolder } from './lock.ts';
import type { Lock } from './lock.ts';
import { freePort, isFree, unusableHost } from './port.ts';
import { RestoreRefused, finishRestore, restore, restoredIn } from './restore.ts';
import { sentences } from './sentences.ts';
import { startServices } from './services.ts';

const { env } = process;
const home = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const folder = env['INIT_CWD'] ?? process.cwd();
const screen = screenOn(process.stdout);
const clock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) => pause(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
};

const read = readConfig(process.argv.slice(2), env, folder, home);
if ('help' in read) screen.print(read.help);
else process.exit('mistake' in read ? refused(read.mistake) : await began(read.config));

function refused(sentence: string): number {
  process.stderr.write(`${painted(`✖ ${sentence}`)}\n`);
  return 2;
}

/** Everything that can be wrong before a service runs is said in one sentence. */
async function began(config: Config): Promise<number> {
  const say = sentences[config.lang];
  const { host, port: wanted, portAsked } = config;
  const nowhere = config.sources.find((source) => !existsSync(source));
  if (nowhere !== undefined) return refused(say.noSources(nowhere));
  const unheard = await unusableHost(host);
  if (unheard !== null) return refused(say.noHost(host, unheard));
  const held = holdFolder(config.data, `process ${process.pid} (since ${new Date(clock.now()).toISOString()})`);
  if ('heldBy' in held) return refused(say.held(typed(config.data, folder), held.heldBy));
  if ('unusable' in held) return refused(say.unusable(typed(config.data, folder), held.unusable));
  await finishRestore(config.data);
  const notRestored = config.restore === null ? null : await restoredFrom(config.restore, config);
  if (notRestored !== null) return refused(notRestored);
  if (portAsked && !(await isFree(host, wanted))) return refused(say.portBusy(wanted));
  const port = await freePort(host, wanted);
  if (port === null) return refused(say.noPort(wanted));
  const logFile = join(config.data, 'srm.log');
  const log = pino({ level: env['SRM_LOG'] ?? 'info' }, pino.destination({ dest: logFile, sync: true }));
  return lived(config, held.lock, port, log).catch((error: unknown) => {
    const what = error instanceof Error ? error.message : String(error);
    log.fatal({ err: error }, what);
    process.stderr.write(`${painted(`✖ ${say.unexpected(what, typed(logFile, folder))}`)}\n`);
    return 1;
  });
}

/** Null: it is in place; else everything that is wrong, and nothing was changed. */
async function restoredFrom(file: string, { data, lang }: Config): Promise<string | null> {
  const say = sentences[lang];
  if (!existsSync(file)) return say.noBackup(typed(file, folder));
  try {
    await restore(file, data, clock.now);
    return null;
  } catch (error) {
    if (error instanceof RestoreRefused) return [say.notRestored(typed(file, folder)), ...error.errors].join('\n  ');
    throw error;
  }
}

/** From the first service to the last: the exit code. */
async function lived(config: Config, lock: Lock, port: number, log: Logger): Promise<number> {
  const { data, host, lang } = config;
  const say = sentences[lang];
  const leaving = leave();
  const actor = userInfo().username;
  const tools = join(home, 'node_modules');
  const path = [dirname(process.execPath), env['PATH'] ?? ''].join(delimiter);
  const services = await startServices({
    version: version(),
    data,
    host,
    port,
    clock,
    newId: randomUUID,
    log,
    actor,
    roots: config.sources,
    tools,
    path,
  });
  const { address } = services;
  const written = join(data, 'address');
  writeFileSync(`${written}.new`, `${address}\n`);
  renameSync(`${written}.new`, written);

  screen.print(say.header(version(), address, typed(data, folder)));
  if (port !== config.port) screen.print(say.otherPort(config.port));
  const client = httpClient({ server: address, actor, newId: randomUUID, fetch, sleep: clock.sleep });
  const example = config.example ? { folder: join(home, 'examples', 'shop'), environment: 'development' } : null;
  const life: Life = { client, screen, lang, now: clock.now, sleep: clock.sleep, example };

  const isRestored = (await restoredIn(data)) !== null;
  if (isRestored) screen.print(say.restored);
  const arrived: Outcome = isRestored
    ? { released: false, picture: null, trouble: null }
    : await arrive(life, leaving).catch((error: unknown) => troubled(error));
  if (arrived.trouble !== null) screen.print(`✖ ${arrived.trouble}`);
  const succeeded = arrived.picture?.operation.status === 'succeeded';
  if (arrived.released && succeeded) screen.print(hints(data === join(folder, '.srm') ? null : address, lang));
  if (!config.exit) await aborted(leaving);
  const well = (await restoredIn(data)) !== null || (await depart(life));
  rmSync(written, { force: true });
  await services.stop();
  lock.release();
  const failed = arrived.trouble !== null || (arrived.picture !== null && !succeeded) || (arrived.released && !succeeded);
  return well && !(config.exit && failed) ? 0 : 1;
}

/** What SRM refuses of the first release is no reason to go: it stays up and answers. */
function troubled(error: unknown): Outcome {
  const said = error instanceof Refused ? [error.message, ...(error.problem.errors ?? []).map(({ detail }) => detail)] : [String(error)];
  return { released: false, picture: null, trouble: said.join('\n  ') };
}

/** Aborted by the first Ctrl-C; the second one ends at once. What runs goes on by itself and is found by the next start. */
function leave(): AbortSignal {
  const first = new AbortController();
  const heard = (): void => {
    if (first.signal.aborted) process.exit(130);
    first.abort();
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return first.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function version(): string {
  const value: unknown = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return typeof value === 'object' && value !== null && 'version' in value ? String(value.version) : '';
}
