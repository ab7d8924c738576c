import net from 'node:net';
import type { Clock } from '@srm/messaging';

/** A stable port, forwarded to wherever the running version listens. */
export type Forwarder = Readonly<{
  /** Resolves when nobody is served at `port` any more, or the time is up. In milliseconds. */
  drain: (port: number, limit: number) => Promise<void>;
  /** Stops listening and ends every connection. */
  close: () => Promise<void>;
}>;

type Line = {
  client: net.Socket;
  upstream: net.Socket | null;
  to: number | null;
  /** The client speaks HTTP: between two requests it can be handed to another version. */
  http: boolean;
  /** A request is under way, as far as can be seen from who spoke last. */
  busy: boolean;
  last: number;
};

const requestLine = /^[A-Z]{3,7} \S+ HTTP\/1\.[01]\r\n/;
const looksLikeRequest = (chunk: Buffer): boolean => requestLine.test(chunk.subarray(0, 4096).toString('latin1'));
const quiet = 1000;

/** Rejects when the port cannot be had. */
export async function forward(host: string, port: number, target: () => number | null, clock: Clock): Promise<Forwarder> {
  const lines = new Set<Line>();
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => serve(client, host, target, lines, clock));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, resolve);
  });
  server.on('error', () => undefined);
  const at = (to: number): readonly Line[] => [...lines].filter((line) => line.to === to);
  return {
    drain: async (to, limit) => {
      for (const until = clock.now() + limit; at(to).length > 0 && clock.now() < until; await clock.sleep(50)) {
        for (const line of at(to)) if (!line.busy && clock.now() - line.last > quiet) letGo(line);
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const line of lines) line.client.destroy();
      }),
  };
}

/** Frees an idle line from its version: HTTP waits for its next request, anything else is ended. */
function letGo(line: Line): void {
  if (!line.http) return void line.client.destroy();
  const upstream = line.upstream;
  line.upstream = null;
  line.to = null;
  upstream?.destroy();
}

function attach(line: Line, host: string, to: number, clock: Clock): net.Socket {
  const upstream = net.connect({ host, port: to, allowHalfOpen: true, noDelay: true });
  line.upstream = upstream;
  line.to = to;
  const mine = (): boolean => line.upstream === upstream;
  upstream.on('data', (chunk: Buffer) => {
    if (!mine()) return;
    line.busy = false;
    line.last = clock.now();
    if (!line.client.write(chunk)) upstream.pause();
  });
  upstream.on('end', () => mine() && line.client.end());
  upstream.on('drain', () => mine() && line.client.resume());
  upstream.on('error', () => undefined);
  upstream.on('close', () => mine() && line.client.destroySoon());
  return upstream;
}

function serve(client: net.Socket, host: string, target: () => number | null, lines: Set<Line>, clock: Clock): void {
  const line: Line = { client, upstream: null, to: null, http: false, busy: false, last: clock.now() };
  lines.add(line);
  const connect = (): net.Socket | null => {
    const to = target();
    return to === null ? null : attach(line, host, to, clock);
  };
  client.on('data', (chunk: Buffer) => {
    const request = !line.busy && looksLikeRequest(chunk);
    if (line.http && request && line.to !== target()) letGo(line);
    line.http ||= request;
    line.busy = true;
    line.last = clock.now();
    const upstream = line.upstream ?? connect();
    if (upstream === null) client.destroy();
    else if (!upstream.write(chunk)) client.pause();
  });
  client.on('end', () => (line.upstream === null ? client.end() : line.upstream.end()));
  client.on('drain', () => line.upstream?.resume());
  client.on('error', () => undefined);
  client.on('close', () => {
    lines.delete(line);
    line.upstream?.destroy();
  });
  // Servers that speak first are connected at once.
  if (connect() === null) client.destroy();
}
