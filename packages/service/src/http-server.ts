import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, Log } from '@srm/messaging';
import express, { type ErrorRequestHandler, type Request as Incoming, type RequestHandler, type Response } from 'express';
import { bodyOf } from './http/body.ts';
import { drive, type Publish } from './http/drive.ts';
import { failure } from './http/failure.ts';
import { isLoopback, refusal } from './http/guards.ts';
import { requestOf } from './http/request-of.ts';
import { requests, type Requests } from './http/requests.ts';
import { send } from './http/send.ts';
import { problem } from './problem.ts';
import type { Answer, Route } from './service.ts';

export type HttpServerOptions = Readonly<{
  routes: readonly Route[];
  /** Resolves when all of it is durable. Rejects with a TransientError: the asker gets 503. */
  publish: Publish;
  clock: Clock;
  log: Log;
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Bytes that a body may have where its route says nothing else, 1 MB by default. */
  maxBody?: number;
}>;

export type HttpServer = Readonly<{
  /** Without a slash at its end. */
  url: string;
  port: number;
  /** Takes nothing new, aborts the signals of all requests, waits for their answers at most this long (milliseconds, 5 s by default), cuts the rest. */
  close: (limit?: number) => Promise<void>;
}>;

/** Serves routes by express. Rejects with the system's error, whose `code` is EADDRINUSE where the port is taken. */
export async function httpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { clock, host } = options;
  const underWay = requests(options.log);
  const bound = { loopback: true };
  const server = createServer({ connectionsCheckingInterval: 2_000 }, application(options, underWay, bound));
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  // Longer than load balancers keep a connection that nobody uses (60 s): else one sends into what is being closed, and its request is lost.
  server.keepAliveTimeout = 65_000;
  let closing: Promise<void> | null = null;
  const address = await listen(server, host, options.port);
  bound.loopback = isLoopback(address.address);
  return {
    url: `http://${shown(address)}:${address.port}`,
    port: address.port,
    close: (limit = 5_000) => (closing ??= close(server, underWay, clock, limit)),
  };
}

async function close(server: Server, underWay: Requests, clock: Clock, limit: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const settled = new AbortController();
  await Promise.race([underWay.drain(), clock.sleep(limit, settled.signal)]);
  settled.abort();
  server.closeAllConnections();
  await closed;
}

const shown = ({ address, family }: AddressInfo): string =>
  address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error(`${host}:${port} is no address`));
      resolve(address);
    });
  });
}

function application(options: HttpServerOptions, underWay: Requests, bound: Readonly<{ loopback: boolean }>): express.Express {
  const { routes, clock, log, maxBody = 1_000_000 } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false).enable('case sensitive routing');
  const answer = (incoming: Incoming, response: Response, signal: AbortSignal, given: Answer): Promise<void> => {
    if (underWay.draining() && !response.headersSent) response.setHeader('Connection', 'close');
    return send(response, given, { signal, clock, bare: incoming.method === 'HEAD' });
  };
  const asked = async (route: Route, incoming: Incoming, signal: AbortSignal): Promise<Answer> => {
    const body = await bodyOf(incoming, route.maxBody ?? maxBody);
    return 'status' in body ? body : drive(route.answer(requestOf(incoming, route.method, body, signal)), options.publish);
  };
  const answered =
    (given: (incoming: Incoming, response: Response) => Answer | null): RequestHandler =>
    (incoming, response, next) => {
      const made = given(incoming, response);
      if (made === null) return next();
      underWay.during(response, (signal) => answer(incoming, response, signal, made));
    };

  app.use(answered((incoming) => refusal(incoming, bound.loopback)));
  for (const route of routes)
    app.route(route.path)[methods[route.method]]((incoming: Incoming, response: Response) => {
      underWay.during(response, async (signal) => {
        try {
          await answer(incoming, response, signal, await asked(route, incoming, signal));
        } catch (error) {
          const made = failure(error, `${route.method} ${route.path}`, log);
          if (response.headersSent) response.destroy();
          else await answer(incoming, response, signal, made);
        }
      });
    });
  for (const [path, allowed] of allowedByPath(routes))
    app.all(path, (_, response, next) => {
      response.locals['allowed'] = [...(response.locals['allowed'] ?? []), ...allowed];
      next();
    });
  app.use(answered((incoming, response) => notThere(incoming, response.locals['allowed'])));
  app.use(onError(answered, log));
  return app;
}

const methods = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const;

function allowedByPath(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  for (const { path, method } of routes) paths.set(path, [...(paths.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
  return paths;
}

function notThere(incoming: Incoming, allowed: unknown): Answer {
  if (!Array.isArray(allowed)) {
    const detail = `there is nothing at ${incoming.path}`;
    return problem({ type: '/problems/not-found', title: 'Not found', status: 404, detail });
  }
  const all = [...new Set(allowed)].join(', ');
  const detail = `${incoming.path} does not take ${incoming.method}, only ${all}`;
  return problem({ type: '/problems/method', title: 'Method not allowed', status: 405, detail }, { Allow: all });
}

const onError =
  (answered: (given: () => Answer) => RequestHandler, log: Log): ErrorRequestHandler =>
  (error, incoming, response, next) => {
    answered(() => failure(error, `${incoming.method} ${incoming.path}`, log))(incoming, response, next);
  };
