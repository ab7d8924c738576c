import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Outgoing } from '@srm/messaging';
import { httpServer, type HttpServer, type HttpServerOptions } from './http-server.ts';
import { problem } from './problem.ts';
import type { Answer, Route } from './service.ts';
import { happening, listLog, record, route, wallClock } from './testing.ts';

type World = Readonly<{ url: string; server: HttpServer; log: ReturnType<typeof listLog> }>;

const withServer = async (
  routes: readonly Route[],
  work: (world: World) => Promise<void>,
  more: Partial<HttpServerOptions> = {},
): Promise<void> => {
  const log = listLog();
  const server = await httpServer({ routes, publish: async () => undefined, clock: wallClock, log, host: '127.0.0.1', port: 0, ...more });
  try {
    await work({ url: server.url, server, log });
  } finally {
    await server.close();
  }
};

const seen = async (response: Response): Promise<readonly [status: number, type: string | null, body: unknown]> => [
  response.status,
  response.headers.get('content-type'),
  await response.json(),
];

/** Sends bytes as they are, gives all that comes until the server closes. */
async function raw(server: HttpServer, text: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  socket.setEncoding('utf8').write(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

const hello = route('GET', '/hello', () => ({ status: 200, text: 'hello' }));

describe('a route', () => {
  test('sees method, path, parameters, the last of each query value, headers and the body as it came', async () => {
    const asked: unknown[] = [];
    const mirror = route('POST', '/v1/things/:id', (request) => {
      const { method, path, params, query, headers, body } = request;
      asked.push([method, path, [...params], [...query], headers.get('x-own'), Buffer.from(body).toString()]);
      return { status: 201, json: { ok: true }, headers: { Location: '/v1/things/1' } };
    });
    await withServer([mirror], async ({ url }) => {
      const response = await fetch(`${url}/v1/things/a%2Fb%20c?x=1&x=2&y=%C3%BC`, {
        method: 'POST',
        body: '{"a":',
        headers: { 'X-Own': 'me' },
      });
      expect(await seen(response)).toEqual([201, 'application/json; charset=utf-8', { ok: true }]);
      expect(response.headers.get('location')).toBe('/v1/things/1');
      expect(asked).toEqual([
        [
          'POST',
          '/v1/things/a%2Fb%20c',
          [['id', 'a/b c']],
          [
            ['x', '2'],
            ['y', 'ü'],
          ],
          'me',
          '{"a":',
        ],
      ]);
    });
  });

  test('is resumed only after what it yields is published, and then answers', async () => {
    const story: string[] = [];
    const publish = async (outgoing: readonly Outgoing[]): Promise<void> => {
      await new Promise(setImmediate);
      story.push(`published ${outgoing.map((one) => ('key' in one ? one.key : '')).join()}`);
    };
    const saying: Route = {
      method: 'POST',
      path: '/say',
      async *answer() {
        yield [record('a'), record('b')];
        story.push('resumed');
        yield [record('c')];
        return { status: 202, json: story };
      },
    };
    await withServer(
      [saying],
      async ({ url }) => {
        const response = await fetch(`${url}/say`, { method: 'POST' });
        expect(await response.json()).toEqual(['published a,b', 'resumed', 'published c']);
      },
      { publish },
    );
  });

  test('that throws is answered with 500 without a word of it, and logged', async () => {
    const broken = route('GET', '/broken', () => {
      throw new Error('password is 1234');
    });
    await withServer([broken], async ({ url, log }) => {
      const [status, type, body] = await seen(await fetch(`${url}/broken`));
      expect([status, type]).toEqual([500, 'application/problem+json']);
      expect(body).toEqual({
        type: '/problems/internal',
        title: 'An error in SRM',
        status: 500,
        detail: 'this is a mistake in SRM; its log says more',
      });
      expect(log.lines).toEqual(['error GET /broken: password is 1234']);
    });
  });

  test('that meets a transient error is answered with 503 and Retry-After; its generator is ended', async () => {
    let ended = false;
    const away = Object.assign(new Error('the broker is away'), { name: 'TransientError' });
    const saying: Route = {
      method: 'POST',
      path: '/say',
      async *answer() {
        try {
          yield [record('a')];
          return { status: 200, text: 'never' };
        } finally {
          ended = true;
        }
      },
    };
    await withServer(
      [saying],
      async ({ url }) => {
        const response = await fetch(`${url}/say`, { method: 'POST' });
        expect([response.status, response.headers.get('retry-after'), ended]).toEqual([503, '1', true]);
      },
      { publish: () => Promise.reject(away) },
    );
  });

  test('answers HEAD as GET, without a body', async () => {
    await withServer([hello], async ({ url }) => {
      const response = await fetch(`${url}/hello`, { method: 'HEAD' });
      expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '5', '']);
    });
  });

  test('answers 204 without body and type', async () => {
    await withServer([route('GET', '/none', () => ({ status: 204, text: '' }))], async ({ url }) => {
      const response = await fetch(`${url}/none`);
      expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([204, null, '']);
    });
  });
});

describe('what cannot be answered is a problem', () => {
  const things = [
    route('GET', '/v1/things/:id', () => ({ status: 200, text: 'one' })),
    route('POST', '/v1/things/search', () => ({ status: 200, text: 'found' })),
  ];

  test('an unknown path: 404', async () => {
    await withServer(things, async ({ url }) => {
      expect(await seen(await fetch(`${url}/nowhere`))).toEqual([
        404,
        'application/problem+json',
        { type: '/problems/not-found', title: 'Not found', status: 404, detail: 'there is nothing at /nowhere' },
      ]);
    });
  });

  test('a wrong method: 405, Allow names all that would do, and a path that two patterns meet takes both', async () => {
    await withServer(things, async ({ url }) => {
      const wrong = await fetch(`${url}/v1/things/search`, { method: 'DELETE' });
      expect([wrong.status, wrong.headers.get('allow'), wrong.headers.get('content-type')]).toEqual([
        405,
        'GET, HEAD, POST',
        'application/problem+json',
      ]);
      expect(await (await fetch(`${url}/v1/things/search`, { method: 'POST' })).text()).toBe('found');
    });
  });

  test.each(['/v1/things/%', '/v1/things/%zz', '/v1/things/%E4', '/v1/things/a?q=%E4%'])('a malformed address %s: 400', async (path) => {
    await withServer(things, async ({ server }) => {
      const answer = await raw(server, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain('"type":"/problems/address"');
    });
  });

  test('a body over the limit: 413, at the limit: taken', async () => {
    const size = route('POST', '/size', ({ body }) => ({ status: 200, json: body.length }));
    await withServer([size], async ({ url }) => {
      const post = (bytes: number) => fetch(`${url}/size`, { method: 'POST', body: Buffer.alloc(bytes) });
      expect(await (await post(1_000_000)).json()).toBe(1_000_000);
      expect(await seen(await post(1_000_001))).toEqual([
        413,
        'application/problem+json',
        { type: '/problems/too-large', title: 'Too large', status: 413, detail: 'the body is larger than 1000000 bytes' },
      ]);
      expect((await post(20_000_000)).status).toBe(413);
    });
  });

  test('a body without a length that does not end: 413 as soon as it is too large', async () => {
    const size = route('POST', '/size', ({ body }) => ({ status: 200, json: body.length }));
    await withServer(
      [size],
      async ({ server }) => {
        const chunk = `${(500).toString(16)}\r\n${'x'.repeat(500)}\r\n`;
        const socket = connect(server.port, '127.0.0.1');
        socket.setEncoding('utf8').write(`POST /size HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}`);
        const [answer] = await once(socket, 'data');
        socket.destroy();
        expect(answer).toMatch(/^HTTP\/1.1 413 /);
      },
      { maxBody: 1000 },
    );
  });

  test('a route has a limit of its own, smaller or larger than the usual one', async () => {
    const size = (path: string, maxBody: number): Route => ({
      ...route('POST', path, ({ body }) => ({ status: 200, json: body.length })),
      maxBody,
    });
    await withServer(
      [size('/small', 10), size('/large', 2000)],
      async ({ url }) => {
        const statuses = [['/small', 10] as const, ['/small', 11] as const, ['/large', 2000] as const, ['/large', 2001] as const].map(
          async ([path, length]) => (await fetch(url + path, { method: 'POST', body: 'x'.repeat(length) })).status,
        );
        expect(await Promise.all(statuses)).toEqual([200, 413, 200, 413]);
      },
      { maxBody: 1000 },
    );
  });

  test('a compressed body: 415, it is not unpacked', async () => {
    const size = route('POST', '/size', ({ body }) => ({ status: 200, json: body.length }));
    await withServer([size], async ({ url }) => {
      const response = await fetch(`${url}/size`, { method: 'POST', body: 'x', headers: { 'Content-Encoding': 'gzip' } });
      expect((await seen(response)).slice(0, 2)).toEqual([415, 'application/problem+json']);
    });
  });

  test('problem() leaves out errors where there are none, and null where an error has it', () => {
    const made = (errors: readonly { pointer: string; detail: string; line: number | null }[]): Answer =>
      problem({ type: '/problems/x', title: 'X', status: 422, detail: 'd', errors });
    expect(made([])).toEqual({
      status: 422,
      headers: { 'Content-Type': 'application/problem+json' },
      json: { type: '/problems/x', title: 'X', status: 422, detail: 'd' },
    });
    expect(made([{ pointer: '/a', detail: 'is wrong', line: null }])).toMatchObject({
      json: { errors: [{ pointer: '/a', detail: 'is wrong' }] },
    });
  });
});

describe('who may ask', () => {
  const ask = (server: HttpServer, method: string, headers: readonly string[]): Promise<string> =>
    raw(server, [`${method} /hello HTTP/1.1`, ...headers, 'Content-Length: 0', 'Connection: close', '', ''].join('\r\n'));
  const both = [hello, route('POST', '/hello', () => ({ status: 200, text: 'done' }))];
  const statusOf = (answer: string): string => answer.split(' ')[1] ?? '';

  test('on loopback, only loopback names: another name that leads here is refused', async () => {
    await withServer(both, async ({ server }) => {
      const hosts = ['127.0.0.1', 'localhost:7070', '[::1]:1', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'a b'];
      const answers = await Promise.all(hosts.map((host) => ask(server, 'GET', [`Host: ${host}`])));
      expect(answers.map(statusOf)).toEqual(['200', '200', '200', '421', '421', '421', '400']);
    });
  });

  test('a page of another site cannot change anything', async () => {
    await withServer(both, async ({ server }) => {
      const host = `127.0.0.1:${server.port}`;
      const from = (...headers: readonly string[]) => ask(server, 'POST', [`Host: ${host}`, ...headers]);
      const answers = await Promise.all([
        from(),
        from(`Origin: http://${host}`),
        from('Origin: http://evil.example'),
        from('Origin: null'),
        from(`Origin: http://127.0.0.1:1`),
        from('Sec-Fetch-Site: cross-site'),
        from('Sec-Fetch-Site: same-origin'),
        ask(server, 'GET', [`Host: ${host}`, 'Origin: http://evil.example']),
      ]);
      expect(answers.map(statusOf)).toEqual(['200', '200', '403', '403', '403', '403', '200', '200']);
      expect(answers.every((answer) => !/access-control-allow/i.test(answer))).toBe(true);
    });
  });

  test('every answer forbids guessing its type; a page loads from here alone', async () => {
    const page = route('GET', '/page', () => ({ status: 200, text: '<p>', headers: { 'Content-Type': 'text/html; charset=utf-8' } }));
    await withServer([page, hello], async ({ url }) => {
      const [html, text, missing] = await Promise.all(['/page', '/hello', '/none'].map((path) => fetch(url + path)));
      expect([html, text, missing].map((one) => one?.headers.get('x-content-type-options'))).toEqual(['nosniff', 'nosniff', 'nosniff']);
      expect(html?.headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(html?.headers.get('x-powered-by')).toBeNull();
    });
  });
});

describe('a stream', () => {
  test('is written piece by piece, as it comes', async () => {
    const asked = happening();
    const ticks = route('GET', '/ticks', () => ({
      status: 200,
      stream: (async function* () {
        yield 'id: 1\n\n';
        await asked.happened;
        yield 'id: 2\n\n';
      })(),
    }));
    await withServer([ticks], async ({ url }) => {
      const response = await fetch(`${url}/ticks`);
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      expect(await reader?.read()).toEqual({ done: false, value: 'id: 1\n\n' });
      asked.happens();
      expect(await reader?.read()).toEqual({ done: false, value: 'id: 2\n\n' });
      expect((await reader?.read())?.done).toBe(true);
    });
  });

  test('ends when the client goes: the signal aborts and the source is returned', async () => {
    const [aborted, returned] = [happening(), happening()];
    const endless = route('GET', '/endless', ({ signal }) => ({
      status: 200,
      stream: (async function* () {
        signal.addEventListener('abort', aborted.happens);
        try {
          yield 'first';
          await aborted.happened;
          yield 'never read';
        } finally {
          returned.happens();
        }
      })(),
    }));
    await withServer([endless], async ({ url }) => {
      const leaving = new AbortController();
      const response = await fetch(`${url}/endless`, { signal: leaving.signal });
      await response.body?.getReader().read();
      leaving.abort();
      await aborted.happened;
      await returned.happened;
    });
  });

  test('goes no faster than it is read', async () => {
    let made = 0;
    const [waiting, more, returned] = [happening(), happening(), happening()];
    const clock = { now: () => 0, sleep: (_: number, signal?: AbortSignal) => (waiting.happens(), wallClock.sleep(60_000, signal)) };
    const flood = route('GET', '/flood', () => ({
      status: 200,
      stream: (async function* () {
        try {
          for (; made < 10_000; made++) {
            if (made === 1000) more.happens();
            yield 'x'.repeat(100_000);
          }
        } finally {
          returned.happens();
        }
      })(),
    }));
    await withServer(
      [flood],
      async ({ server }) => {
        const socket = connect(server.port, '127.0.0.1');
        socket.pause().write('GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n');
        await waiting.happened;
        expect(made).toBeLessThan(1000);
        socket.resume();
        await more.happened;
        socket.destroy();
        await returned.happened;
      },
      { clock },
    );
  });

  test('that is not read at all is cut after a while', async () => {
    const [stalled, returned] = [happening(), happening()];
    const clock = { now: () => 0, sleep: async () => (stalled.happens(), wallClock.sleep(20)) };
    const flood = route('GET', '/flood', () => ({
      status: 200,
      stream: (async function* () {
        try {
          for (;;) yield 'x'.repeat(100_000);
        } finally {
          returned.happens();
        }
      })(),
    }));
    await withServer(
      [flood],
      async ({ server }) => {
        const socket = connect(server.port, '127.0.0.1');
        socket.write('GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n');
        await stalled.happened;
        await returned.happened;
        socket.destroy();
      },
      { clock },
    );
  });

  test('that throws on its way is cut, so that the end is not taken for the whole', async () => {
    const failing = route('GET', '/failing', () => ({
      status: 200,
      stream: (async function* () {
        yield 'half';
        throw new Error('lost the thread');
      })(),
    }));
    await withServer([failing], async ({ url, log }) => {
      const response = await fetch(`${url}/failing`);
      await expect(response.text()).rejects.toThrow();
      expect(log.lines).toEqual(['error GET /failing: lost the thread']);
    });
  });
});

describe('the server', () => {
  test('keeps a connection that nobody uses longer than the minute of load balancers, and says how long', async () => {
    await withServer([hello], async ({ url }) => {
      const agent = new Agent({ keepAlive: true });
      const [answer]: [IncomingMessage] = (await once(get(`${url}/hello`, { agent }), 'response')) as [IncomingMessage];
      expect([answer.statusCode, answer.headers['keep-alive']]).toEqual([200, 'timeout=65']);
      agent.destroy();
    });
  });

  test('says by its code that a port is taken', async () => {
    await withServer([hello], async ({ server }) => {
      const second = httpServer({
        routes: [],
        publish: async () => undefined,
        clock: wallClock,
        log: listLog(),
        host: '127.0.0.1',
        port: server.port,
      });
      await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
    });
  });

  test('drains: nothing new is taken, streams end, what is under way is answered', async () => {
    const [begun, finish] = [happening(), happening()];
    const slow = route('GET', '/slow', async () => {
      begun.happens();
      await finish.happened;
      return { status: 200, text: 'done' };
    });
    const endless = route('GET', '/endless', ({ signal }) => ({
      status: 200,
      stream: (async function* () {
        yield 'first';
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        yield 'goodbye';
      })(),
    }));
    await withServer([slow, endless], async ({ url, server }) => {
      const answer = fetch(`${url}/slow`);
      const streamed = (await fetch(`${url}/endless`)).text();
      await begun.happened;
      const closed = server.close();
      await expect(fetch(`${url}/slow`)).rejects.toThrow();
      finish.happens();
      expect(await (await answer).text()).toBe('done');
      expect(await streamed).toContain('first');
      await closed;
    });
  });

  test('cuts what does not end within the limit', async () => {
    const begun = happening();
    const never = route('GET', '/never', () => {
      begun.happens();
      return new Promise<Answer>(() => undefined);
    });
    await withServer([never], async ({ url, server }) => {
      const answer = fetch(`${url}/never`).then(
        () => 'answered',
        () => 'cut',
      );
      await begun.happened;
      await server.close(10);
      expect(await answer).toBe('cut');
    });
  });
});
