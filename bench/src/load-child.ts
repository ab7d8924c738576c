import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Load, Loaded } from './load.ts';
import { openLoop } from './open-loop.ts';

/** Asks the address that is named as it is told to. Its parent tells it, by a text, which operation has succeeded. */
const address = process.argv[2] ?? '';
const agent = new Agent({ keepAlive: true, maxSockets: 512, timeout: 30_000 });
const waiting = new Map<string, () => void>();
const early = new Set<string>();

process.on('disconnect', () => process.exit());
process.on('message', (told: Load | string) => {
  if (typeof told === 'string') ended(told);
  else void loaded(told).then((done) => process.send?.(done));
});

function ended(operation: string): void {
  const tell = waiting.get(operation);
  if (tell === undefined) early.add(operation);
  else tell();
  waiting.delete(operation);
}

const end = (operation: string): Promise<void> =>
  early.delete(operation) ? Promise.resolve() : new Promise((resolve) => waiting.set(operation, resolve));

type Answer = Readonly<{ status: number; retryAfter: string | undefined; id: string }>;

function asked(caller: number): Promise<Answer> {
  const body = JSON.stringify({ kind: 'release', product: `c${caller}`, environment: `c${caller}`, force: true });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'idempotency-key': randomUUID() };
  return new Promise((resolve, reject) => {
    const going = request(`${address}/v1/operations`, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      answer.on('end', () => {
        const id = /^\/v1\/operations\/(.+)$/.exec(answer.headers.location ?? '')?.[1] ?? '';
        resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], id });
        if (answer.statusCode !== 202 && answer.statusCode !== 429) failures.push(`${answer.statusCode} ${text.slice(0, 200)}`);
      });
    });
    going.on('error', reject);
    going.end(body);
  });
}

let failures: string[] = [];

async function loaded(load: Load): Promise<Loaded> {
  const [latencies, ends]: [number[], number[]] = [[], []];
  let [refused, without] = [0, 0];
  failures = [];
  const begun = performance.now();
  const one = async (n: number): Promise<void> => {
    const start = performance.now();
    try {
      const { status, retryAfter, id } = await asked(n % load.callers);
      if (status === 429) refused += 1;
      if (status === 429 && retryAfter === undefined) without += 1;
      if (status !== 202) return;
      await end(id);
      latencies.push(performance.now() - start);
      ends.push(performance.now() - begun);
    } catch (error) {
      failures.push(String(error));
    }
  };
  const again = async (caller: number): Promise<void> => {
    while (performance.now() - begun < load.lasts) await one(caller);
  };
  if (load.kind === 'open') await openLoop(load.perSecond, load.lasts, one);
  else await Promise.all(Array.from({ length: load.callers }, (_, caller) => again(caller)));
  return { latencies, ends, refused, without, failed: failures };
}
