import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';

/** A variable that the workload sets, such as another service's address; without it the program does not start. */
export function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`variable ${name} is not set`);
  return value;
}

/** JSON from another service. An answer other than 2xx is an error that names the address. */
export async function get<T>(address: string): Promise<T> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(2000) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`GET ${address} → ${answer.status} ${text.slice(0, 200)}`);
  return JSON.parse(text);
}

type Request = { method: string; path: string; body: string };
type Reply = { status: number; type: string; text: string };

/** What a service answers: a string is HTML, anything else JSON, undefined 404. */
type Answer = (request: Request) => unknown;

/** Serves on PORT until SIGTERM. `GET /ready` is 200 once `ready` returns, else 503 with the reason it threw. */
export function serve(name: string, ready: () => unknown, answer: Answer): void {
  const server = createServer((incoming, outgoing) => {
    void reply(incoming, ready, answer).then(({ status, type, text }) => {
      outgoing.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(text);
    });
  });
  const port = variable('PORT');
  server.listen(Number(port), process.env['HOST'] ?? '127.0.0.1', () => console.log(`${name} listens on ${port}`));
  process.once('SIGTERM', () => {
    server.close(() => process.exit(0));
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}

async function reply(incoming: IncomingMessage, ready: () => unknown, answer: Answer): Promise<Reply> {
  const { pathname: path } = new URL(incoming.url ?? '/', 'http://localhost');
  try {
    if (path === '/ready') {
      await ready();
      return { status: 200, type: 'text/plain', text: 'ready' };
    }
    const value = await answer({ method: incoming.method ?? 'GET', path, body: await textOf(incoming) });
    if (value === undefined) return { status: 404, type: 'text/plain', text: `nothing at ${path}` };
    if (typeof value === 'string') return { status: 200, type: 'text/html', text: value };
    return { status: 200, type: 'application/json', text: JSON.stringify(value, null, 2) };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { status: path === '/ready' ? 503 : 502, type: 'text/plain', text };
  }
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
