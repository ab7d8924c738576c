import type { Documents } from '@srm/documents';
import type { BusRecord, Clock, Gauges, Outgoing, Received } from '@srm/messaging';
import type { Envelope } from '@srm/schemas';
import type { Answer, Method, Request, Service } from '@srm/service';
import { queryApi } from './query-api.ts';
import type { Facts } from './status/facts.ts';
import { codec, handed, memory, received, silent, stillClock } from './testing.ts';

type Asked = Readonly<{ headers?: Readonly<Record<string, string>>; json?: unknown; body?: string | Uint8Array; signal?: AbortSignal }>;

/** What a client is given. */
export type Given = Readonly<{ status: number; headers: Readonly<Record<string, string>>; json: unknown; text: string }>;

/** A query-api with nobody around: events are told by hand, what it says is kept. */
export type Door = Readonly<{
  service: Service;
  documents: Documents;
  said: Envelope[];
  /** Records that it says as they are. */
  put: BusRecord[];
  tell: (events: readonly Envelope[]) => Promise<void>;
  /** Events as they lie on the topic. */
  hand: (records: readonly Received[]) => Promise<void>;
  /** What somebody does about each thing it says. */
  onSaid: { then: (message: Envelope) => Promise<void> };
  call: (method: Method, url: string, asked?: Asked) => Promise<Given>;
  open: (method: Method, url: string, asked?: Asked) => Promise<Answer>;
}>;

export function door(clock: Clock = stillClock(), documents = memory(), facts?: () => Promise<Facts>, gauges?: Gauges): Door {
  let ids = 0;
  const service = queryApi({
    documents,
    codec,
    clock,
    newId: () => `made-${++ids}`,
    actor: 'me',
    log: silent,
    ...(facts && { facts }),
    ...(gauges && { gauges }),
  });
  const said: Envelope[] = [];
  const put: BusRecord[] = [];
  const onSaid = { then: (_: Envelope): Promise<void> => Promise.resolve() };
  const hand = async (records: readonly Received[]): Promise<void> => {
    for (const one of service.consumes) if (one.topic === 'events' && one.read === 'shared') await handed(one, records);
  };
  const tell = async (events: readonly Envelope[]): Promise<void> => hand(await received(events));
  const publish = async (outgoing: readonly Outgoing[]): Promise<void> => {
    for (const one of outgoing) {
      if (!('message' in one)) {
        put.push(one);
        continue;
      }
      await codec.encode(one);
      said.push(one.message);
      await onSaid.then(one.message);
    }
  };
  const open = async (method: Method, url: string, asked: Asked = {}): Promise<Answer> => {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    const found = service.routes
      .map((route) => ({ route, params: route.method === method ? match(route.path, pathname) : null }))
      .find(({ params }) => params !== null);
    if (found === undefined) throw new Error(`no route for ${method} ${pathname}`);
    const answering = found.route.answer(requestOf(method, pathname, found.params ?? new Map(), new Map(searchParams), asked));
    for (;;) {
      const next = await answering.next();
      if (next.done === true) return next.value;
      await publish(next.value);
    }
  };
  return {
    service,
    documents,
    said,
    put,
    tell,
    hand,
    onSaid,
    open,
    call: async (method, url, asked) => given(await open(method, url, asked)),
  };
}

function requestOf(
  method: Method,
  path: string,
  params: ReadonlyMap<string, string>,
  query: ReadonlyMap<string, string>,
  asked: Asked,
): Request {
  const json = asked.json === undefined ? {} : { 'content-type': 'application/json' };
  const text = asked.json === undefined ? (asked.body ?? '') : JSON.stringify(asked.json);
  return {
    method,
    path,
    params,
    query,
    headers: new Map(Object.entries({ ...json, ...asked.headers })),
    body: typeof text === 'string' ? new TextEncoder().encode(text) : text,
    signal: asked.signal ?? new AbortController().signal,
  };
}

/** As express matches: `:name` is one segment, decoded. */
function match(pattern: string, path: string): ReadonlyMap<string, string> | null {
  const [wanted, there] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== there.length) return null;
  const params = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const segment = there[index] ?? '';
    if (part.startsWith(':')) params.set(part.slice(1), decodeURIComponent(segment));
    else if (part !== segment) return null;
  }
  return params;
}

async function given(answer: Answer): Promise<Given> {
  const { status, headers = {} } = answer;
  if ('json' in answer) return { status, headers, json: JSON.parse(JSON.stringify(answer.json)), text: '' };
  if ('text' in answer)
    return { status, headers, json: null, text: typeof answer.text === 'string' ? answer.text : new TextDecoder().decode(answer.text) };
  let text = '';
  for await (const piece of answer.stream) text += typeof piece === 'string' ? piece : new TextDecoder().decode(piece);
  return { status, headers, json: null, text };
}
