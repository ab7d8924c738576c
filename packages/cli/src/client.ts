import type {
  ActionRequest,
  DeadLetter,
  DefinitionsAnswer,
  Freeze,
  FreezeRequest,
  Operation,
  OperationRequest,
  Page,
  Release,
  Resource,
  Restored,
  Status,
  Step,
  Sweep,
} from './api.ts';
import { Refused, Unreachable, asking, valueOf } from './http.ts';
import type { Asked } from './http.ts';
import { hasFields, isPage } from './shape.ts';
import type { Sleep } from './stream.ts';
import { plainLines } from './text.ts';

export type LogText = Readonly<{ text: string; next: number }>;

/** Values that are null are left out. `limit` is of the whole, over pages. */
export type Query = Readonly<{
  limit: number;
  product?: string | null;
  environment?: string | null;
  status?: string | null;
  topic?: string | null;
  /** Ids of steps, with commas between. */
  named?: string;
}>;

/** SRM by HTTP. All texts in what it returns are plain: nothing in them acts on a terminal. It throws Unreachable and Refused. */
export interface Client {
  readonly server: string;
  /** All documents in one YAML text; relative source paths start from `base`, an absolute folder. */
  define(yaml: string, base: string): Promise<DefinitionsAnswer>;
  /** The same key again is the same operation; by default a new one. */
  request(body: OperationRequest, key?: string): Promise<Operation>;
  /** An operator's decision; Refused where it is not possible now. */
  act(id: string, action: ActionRequest): Promise<Operation>;
  cancel(id: string, reason: string | null): Promise<Operation>;
  /** `place`: a tenant, or tenant/environment. Answers once it is decided everywhere. */
  freeze(place: string, body: FreezeRequest): Promise<Freeze>;
  freezes(query: Query): Promise<readonly Freeze[]>;
  operation(id: string): Promise<Operation>;
  steps(id: string): Promise<readonly Step[]>;
  stepsNamed(id: string, names: readonly string[]): Promise<readonly Step[]>;
  operations(query: Query): Promise<readonly Operation[]>;
  resources(query: Query): Promise<readonly Resource[]>;
  releases(query: Query): Promise<readonly Release[]>;
  status(): Promise<Status>;
  deadLetters(query: Query): Promise<readonly DeadLetter[]>;
  /** A tar of all that SRM needs. Rejects, with Unreachable, where it breaks off. */
  backup(): Promise<AsyncIterable<Uint8Array>>;
  /** Refused as not-restored where there is nothing to be accepted. */
  restored(): Promise<Restored>;
  acceptRestored(digest: string, reason: string | null): Promise<Restored>;
  /** Garbage collection; answers once every service has swept. */
  sweep(body: Readonly<{ dryRun: boolean; reason: string | null }>): Promise<Sweep>;
  /** Puts one back onto its topic. */
  replay(topic: string, position: number): Promise<DeadLetter>;
  /** Text from an offset in bytes on; `next` is where to go on. */
  log(id: string, step: string, offset: number): Promise<LogText>;
  /** The raw answer of the event stream after a number; null when all of it was read. */
  stream(id: string, after: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null>;
}

/** So many names fit into an address. */
const mostNames = 50;

export type ClientOptions = Readonly<{ server: string; actor: string; newId: () => string; fetch: typeof fetch; sleep: Sleep }>;

export function httpClient({ server, actor, newId, fetch, sleep }: ClientOptions): Client {
  const ask = asking(server, actor, fetch, sleep);
  const json = async <T>(path: string, narrow: (value: unknown) => value is T, asked: Asked = {}): Promise<T> => {
    const answer = await ask(path, asked);
    const value = await valueOf(answer, server);
    if (narrow(value)) return value;
    throw new Refused({ type: 'about:blank', status: answer.status, title: `${server} answers ${path}, but not as SRM does` });
  };
  const decided = async <T>(path: string, asked: Asked, narrow: (value: unknown) => value is T): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await ask(path, asked);
      const value = await valueOf(answer, server);
      if (narrow(value)) return value;
      // 202: not decided yet; the same key asks for the same answer again.
      if (answer.status !== 202 || tries === 60)
        throw new Refused({ type: 'about:blank', status: answer.status, title: 'no decision came' });
      await sleep(500);
    }
  };
  const posted = (value: object, key = newId()): Asked => ({ post: { body: JSON.stringify(value), type: 'application/json', key } });
  const list = async <T>(
    path: string,
    { limit, ...filters }: Query,
    narrow: (value: unknown) => value is T,
    most = 200,
  ): Promise<readonly T[]> => {
    const items: T[] = [];
    for (let cursor: string | null = null; ;) {
      const given = { ...filters, cursor, limit: String(Math.min(most, limit - items.length)) };
      const query = new URLSearchParams(Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
      const page: Page<T> = await json(`${path}?${query}`, isPage(narrow));
      items.push(...page.items);
      if (page.next === null || items.length >= limit || page.items.length === 0) return items;
      cursor = page.next;
    }
  };
  const at = (id: string): string => `/v1/operations/${encodeURIComponent(id)}`;
  const act = (id: string, action: ActionRequest): Promise<Operation> => json(`${at(id)}/actions`, isOperation, posted(action));
  return {
    server,
    define: (body, base) => {
      const post = { body, type: 'application/yaml', key: newId() };
      return decided(`/v1/definitions?${new URLSearchParams({ base })}`, { post }, isAnswer);
    },
    freeze: (place, body) => decided(`/v1/freezes/${place}`, { ...posted(body), method: 'PUT' }, isFreeze),
    freezes: (query) => list('/v1/freezes', query, isFreeze),
    request: (body, key) => json('/v1/operations', isOperation, posted(body, key)),
    act,
    cancel: (id, reason) => act(id, { action: 'cancel', reason }),
    operation: (id) => json(at(id), isOperation),
    steps: (id) => list(`${at(id)}/steps`, { limit: Infinity }, isStep, 1000),
    stepsNamed: async (id, names) => {
      const found: Step[] = [];
      for (let from = 0; from < names.length; from += mostNames) {
        const named = names.slice(from, from + mostNames).join(',');
        found.push(...(await list(`${at(id)}/steps`, { limit: mostNames, named }, isStep, mostNames)));
      }
      return found;
    },
    operations: (query) => list('/v1/operations', query, isOperation),
    resources: (query) => list('/v1/resources', query, isResource),
    releases: (query) => list('/v1/releases', query, isRelease),
    status: () => json('/v1/status', isStatus),
    backup: async () => whole(await ask('/v1/backups', posted({})), server),
    restored: () => json('/v1/restored', isRestored),
    acceptRestored: (digest, reason) => json('/v1/restored/acceptance', isRestored, posted({ digest, reason })),
    sweep: async (body) => {
      for (let sweep = await json('/v1/sweeps', isSweep, posted(body)); ; sweep = await json(`/v1/sweeps/${sweep.id}`, isSweep)) {
        if (sweep.endedAt !== null) return sweep;
        await sleep(500);
      }
    },
    deadLetters: (query) => list('/v1/dead-letters', query, isDeadLetter),
    replay: (topic, position) => json(`/v1/dead-letters/${encodeURIComponent(topic)}/${position}/replay`, isDeadLetter, posted({})),
    log: async (id, step, offset) => {
      const answer = await ask(`${at(id)}/steps/${encodeURIComponent(step)}/log?offset=${offset}`);
      return { text: plainLines(await answer.text()), next: Number(answer.headers.get('srm-log-next') ?? offset) };
    },
    stream: async (id, after, signal) => {
      const headers = { accept: 'text/event-stream', 'last-event-id': String(after) };
      const answer = await ask(`${at(id)}/stream`, { headers, signal });
      return answer.status === 204 ? null : answer.body;
    },
  };
}

/** The body of an answer to its end; one that breaks off is a server out of reach. */
async function* whole(answer: Response, server: string): AsyncGenerator<Uint8Array> {
  try {
    if (answer.body !== null) yield* answer.body;
  } catch {
    throw new Unreachable(server);
  }
}

const isOperation = hasFields<Operation>({
  id: 'string',
  kind: 'string',
  status: 'string',
  product: 'string',
  requestedAt: 'string',
  steps: 'number',
  counts: 'object',
  undoCounts: 'object',
  errors: 'array',
  kept: 'array',
  left: 'array',
  number: 'number',
});
const isStep = hasFields<Step>({
  id: 'string',
  component: 'string',
  phase: 'string',
  state: 'string',
  since: 'string',
  dependsOn: 'array',
  waitingFor: 'array',
  outputs: 'array',
});
const isResource = hasFields<Resource>({
  product: 'string',
  component: 'string',
  environment: 'string',
  state: 'string',
  since: 'string',
  outputs: 'array',
});
const isRelease = hasFields<Release>({ product: 'string', version: 'string', state: 'string', takenAt: 'string' });
const isStatus = hasFields<Status>({
  now: 'string',
  findings: 'array',
  bridges: 'array',
  lag: 'array',
  deadLetters: 'array',
  setAside: 'array',
  timers: 'array',
  openOperations: 'number',
});
const isDeadLetter = hasFields<DeadLetter>({ topic: 'string', position: 'number', key: 'string', type: 'string', reason: 'string' });
const isRestored = hasFields<Restored>({ at: 'string', digest: 'string', items: 'array' });
const isSweep = hasFields<Sweep>({ id: 'string', at: 'string', services: 'array' });
const isFreeze = hasFields<Freeze>({ id: 'string', tenant: 'string', since: 'string' });
const isAnswer = hasFields<DefinitionsAnswer>({ tenant: 'string', documents: 'array' });
