import net from 'node:net';
import type { Clock } from '@srm/messaging';

/** The port to forward to; wait: there will be one soon; null: nobody is there. */
export type Target = number | 'wait' | null;

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
  /** It is paused until there is somebody to connect it to. */
  waits: boolean;
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
export async function forward(host: string, port: number, target: () => Target, clock: Clock): Promise<Forwarder> {
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

const longestWait = 10_000;

/** Where the line goes: what is awaited is awaited for a while. Null: nowhere. */
async function awaited(line: Line, target: () => Target, clock: Clock): Promise<number | null> {
  line.waits = true;
  line.client.pause();
  for (const until = clock.now() + longestWait; target() === 'wait' && clock.now() < until && !line.client.destroyed;)
    await clock.sleep(50);
  line.waits = false;
  const to = target();
  return to === 'wait' || line.client.destroyed ? null : to;
}

function serve(client: net.Socket, host: string, target: () => Target, lines: Set<Line>, clock: Clock): void {
  const line: Line = { client, upstream: null, waits: false, to: null, http: false, busy: false, last: clock.now() };
  lines.add(line);
  const send = (upstream: net.Socket, chunk: Buffer | null): void => {
    if (chunk !== null && !upstream.write(chunk)) client.pause();
  };
  const connect = (to: number | null, chunk: Buffer | null): void => {
    if (to === null) return void client.destroy();
    send(attach(line, host, to, clock), chunk);
  };
  const connectSoon = async (chunk: Buffer | null): Promise<void> => {
    const to = await awaited(line, target, clock);
    client.resume();
    connect(to, chunk);
    if (client.readableEnded) line.upstream?.end();
  };
  const route = (chunk: Buffer | null): void => {
    const to = target();
    if (to === 'wait') void connectSoon(chunk);
    else connect(to, chunk);
  };
  client.on('data', (chunk: Buffer) => {
    const request = !line.busy && looksLikeRequest(chunk);
    if (line.http && request && line.to !== target()) letGo(line);
    line.http ||= request;
    line.busy = true;
    line.last = clock.now();
    if (line.upstream === null) route(chunk);
    else send(line.upstream, chunk);
  });
  client.on('end', () => {
    if (!line.waits) (line.upstream ?? client).end();
  });
  client.on('drain', () => line.upstream?.resume());
  client.on('error', () => undefined);
  client.on('close', () => {
    lines.delete(line);
    line.upstream?.destroy();
  });
  // Servers that speak first are connected at once.
  route(null);
}
