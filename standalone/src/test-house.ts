import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { httpClient, placed, type Client, type Operation, type OperationRequest } from '@srm/cli';
import type { Clock } from '@srm/messaging';
import { stopEverything } from '@srm/sem-bridge';
import { startServices, type Running } from './services.ts';
import { definitions, names, programs, type Changes, type Name } from './test-product.ts';

type Counting = Clock & Readonly<{ waits: () => number }>;

/** Real time; counts who waits. */
function countingClock(): Counting {
  let waits = 0;
  return {
    now: () => Date.now(),
    waits: () => waits,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        waits += 1;
        const timer = setTimeout(done, milliseconds);
        function done(): void {
          waits -= 1;
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        }
        signal?.addEventListener('abort', done, { once: true });
      }),
  };
}

/** An event as the stream says it. `step`: null when it is about the whole operation. */
export type Told = Readonly<{ number: number; type: string; step: string | null; text: string }>;

export type House = Readonly<{
  data: string;
  sources: string;
  /** Of all services, since they were started last. */
  address: () => string;
  client: () => Client;
  /** Warnings and errors that were logged. */
  troubles: readonly string[];
  /** Writes the source of a component that is not as it usually is. */
  write: (name: Name, program: string, file?: string) => Promise<void>;
  define: (changes?: Changes) => Promise<void>;
  /** Asks for an operation and follows it to its end, until it is shown what runs then. */
  run: (request?: Partial<OperationRequest>) => Promise<Ended>;
  /** All events after a number until the end, or until one that `enough` likes. */
  told: (id: string, after?: number, enough?: (event: Told) => boolean) => Promise<readonly Told[]>;
  stop: () => Promise<void>;
  start: () => Promise<void>;
  /** Ends all, looks whether anything is left, removes the folders. */
  close: () => Promise<readonly string[]>;
}>;

export type Ended = Readonly<{ operation: Operation; told: readonly Told[] }>;

export const usual = { kind: 'release', product: 'diamond', environment: 'development', preview: false } as const;

/** One house for all tests of a file, handed over when it is open; it leaves nothing behind, and had no trouble. */
export function inOneHouse(handOver: (house: House) => Promise<void> | void): void {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
    await handOver(house);
  });
  afterAll(async () => {
    const left = await house.close();
    expect([left, house.troubles]).toEqual([[], []]);
  });
}

/** All services in this process on folders of their own. */
export async function openHouse(): Promise<House> {
  const clock = countingClock();
  const folder = await mkdtemp(join(tmpdir(), 'srm-house-'));
  const [data, sources] = [join(folder, 'data'), join(folder, 'sources')];
  const troubles: string[] = [];
  const said = (fields: object, text: string): void => void troubles.push(`${text} ${inspect(fields, { breakLength: Infinity })}`);
  const path = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  const world = {
    version: '0.0.0',
    data,
    host: '127.0.0.1',
    port: 0,
    clock,
    newId: randomUUID,
    log: { info: () => undefined, warn: said, error: said },
    actor: 'ann',
    roots: [sources],
    tools: '/nowhere',
    path,
  };
  for (const name of names) await writeSource(sources, name, programs[name], 'main.mjs');
  let running: Running | null = await startServices(world);
  const address = (): string => running?.address ?? 'http://127.0.0.1:9';
  const client = (): Client => httpClient({ server: address(), actor: 'ann', newId: randomUUID, fetch, sleep: clock.sleep });
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = null;
  };
  const told: House['told'] = (id, after = 0, enough = () => false) => streamed(`${address()}/v1/operations/${id}/stream`, after, enough);
  return {
    data,
    sources,
    address,
    client,
    troubles,
    told,
    stop,
    write: (name, program, file = 'main.mjs') => writeSource(sources, name, program, file),
    define: async (changes = {}) => void (await client().define(definitions(changes), sources)),
    run: async (request = {}) => {
      const { id } = await client().request({
        kind: 'release',
        product: 'diamond',
        environment: 'development',
        preview: false,
        ...request,
      });
      const heard = await told(id);
      const operation = await client().operation(id);
      await placed(client(), operation, clock.sleep);
      return { operation, told: heard };
    },
    start: async () => {
      running = await startServices(world);
    },
    close: async () => {
      await stop();
      await stopEverything(join(data, 'sem'), clock);
      const waits = Array.from({ length: clock.waits() }, () => 'somebody who waits');
      const left = [...(await processesOf(folder)), ...waits, ...handles()];
      await rm(folder, { recursive: true, force: true });
      return left;
    },
  };
}

async function writeSource(sources: string, name: Name, program: string, file: string): Promise<void> {
  await mkdir(join(sources, name), { recursive: true });
  await writeFile(join(sources, name, file), program);
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

/** Reads one connection until the ending has come, or until `enough`; then it is cut. */
export async function streamed(url: string, after: number, enough: (event: Told) => boolean): Promise<readonly Told[]> {
  const cut = new AbortController();
  const answer = await fetch(url, { headers: { 'last-event-id': String(after) }, signal: cut.signal });
  if (answer.body === null || answer.status !== 200) return [];
  const events: Told[] = [];
  let text = '';
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    const blocks = `${text}${piece}`.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = toldOf(block);
      if (event === null) continue;
      events.push(event);
      if (!enough(event)) continue;
      cut.abort();
      return events;
    }
  }
  return events;
}

function toldOf(block: string): Told | null {
  const [, number, type = '', data = ''] = /^id: (\d+)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? [];
  if (number === undefined) return null;
  const step = fieldOf(fieldOf(JSON.parse(data), 'data'), 'step');
  return { number: Number(number), type, step: typeof step === 'string' ? step : null, text: data };
}

/** Processes of this machine that have a folder in their command line. */
export async function processesOf(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
    const at = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (Number(pid) !== process.pid && (line.includes(folder) || at.startsWith(folder))) found.push(`${pid} ${line} in ${at}`);
  }
  return found;
}

/** Servers, connections, watched folders, children of this process. */
const handles = (): readonly string[] => process.getActiveResourcesInfo().filter((name) => /TCP|FSEvent|Stat|Process/.test(name));

/** Whether a process lives; one that waits to be reaped does not. */
export async function lives(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat !== null) return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  try {
    return process.platform !== 'linux' && process.kill(pid, 0);
  } catch {
    return false;
  }
}
