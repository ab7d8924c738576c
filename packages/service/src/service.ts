import type { Loop, Outgoing, Subscription } from '@srm/messaging';
import type { SetAside } from './health.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a route is asked. Names of headers are lower-case; query values are the last given. */
export type Request = Readonly<{
  method: Method;
  path: string;
  params: ReadonlyMap<string, string>;
  query: ReadonlyMap<string, string>;
  headers: ReadonlyMap<string, string>;
  /** As it came, at most as much as the route or else the server takes. */
  body: Uint8Array;
  /** Aborted when the client goes away, or the server drains. */
  signal: AbortSignal;
}>;

/** json is written as JSON; text and stream as they are (a stream: server-sent events and the like). */
export type Answer = Readonly<{ status: number; headers?: Readonly<Record<string, string>> }> &
  (Readonly<{ json: unknown }> | Readonly<{ text: string | Uint8Array }> | Readonly<{ stream: AsyncIterable<string | Uint8Array> }>);

/** What it yields is published before it goes on; what it returns is the answer. `path` as express writes it: `/v1/operations/:id`. */
export type Route = Readonly<{
  method: Method;
  path: string;
  answer: (request: Request) => AsyncGenerator<readonly Outgoing[], Answer>;
  /** Most bytes of a body; by default the server's limit. */
  maxBody?: number;
}>;

/** A service as a value: main.ts gives it Kafka and MongoDB, standalone the embedded parts, simulation simulated ones. */
export type Service = Readonly<{
  name: string;
  consumes: readonly Subscription[];
  loops: readonly Loop[];
  routes: readonly Route[];
  /** What this service has set aside until somebody mends it (protocol 10); health says so. */
  setAside?: () => readonly SetAside[];
}>;
