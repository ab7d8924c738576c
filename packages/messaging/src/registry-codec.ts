import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { avroSchemas } from '@srm/schemas';
import avsc from 'avsc';
import { avroCodec } from './avro-codec.ts';
import type { Codec } from './codec.ts';
import { isTransient, sentence, TransientError } from './errors.ts';
import { persist } from './persistence.ts';
import type { SchemaIds, WrittenBy } from './schema-ids.ts';
import type { Clock, Log } from './world.ts';

export type RegistryCodecOptions = Readonly<{
  /** Where it answers as Confluent's registry does; with a path where it has one, without a slash at the end. */
  url: string;
  /** Put before the names of subjects: several SRMs on one registry. By default nothing. */
  namespace?: string;
  /** The schema of each type, by default those of `@srm/schemas`. */
  schemas?: ReadonlyMap<string, object>;
  clock: Clock;
  log: Log;
  /** Aborted, a start that waits for the registry is given up. */
  signal?: AbortSignal;
}>;

type Parts = Readonly<{ registry: SchemaRegistry; url: string; namespace: string; schemas: ReadonlyMap<string, object>; log: Log }>;

/** Milliseconds that the registry has for one answer. */
const patience = 10_000;
const atOnce = 8;
/** A subject is made in two writes, each of which may come second. */
const mostRaces = 5;

/**
 * Avro with the schema ids of a registry. All schemas are registered before it resolves, each under its full record name (`srm.StepRequested`); it rejects,
 * with all of them, when the registry refuses some: whoever cannot be read by those that read BACKWARD does not begin to speak. A registry out of reach is
 * said and tried again. Later, out of reach, it is missed only by what was written by a schema that was never seen here: that is a TransientError.
 */
export async function registryCodec(options: RegistryCodecOptions): Promise<Codec> {
  const { url, clock, log, signal = new AbortController().signal, namespace = '', schemas = avroSchemas } = options;
  const registry = new SchemaRegistry({ host: url, clientId: 'srm', retry: { retries: 0 }, middlewares: [timely] });
  const parts: Parts = { registry, url, namespace, schemas, log };
  const keeping = { clock, log, signal, alive: () => !signal.aborted, heartbeat: async () => undefined };
  const ids = new Map<string, number>();
  await persist(keeping, `registering schemas at ${url}`, isTransient, () => register(parts, ids));
  return avroCodec(schemaIds(parts, ids), schemas);
}

type Middleware = NonNullable<ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']>[number];
const timely: Middleware = () => ({ prepareRequest: async (next) => (await next()).enhance({ timeout: patience }) });

/**
 * Registers those that have no id yet. Throws, naming each, when some are refused. Out of reach, it ends only when all that it asked has ended: a registry
 * that is slow is not asked twice at once, and what it has answered is not asked again.
 */
async function register(parts: Parts, ids: Map<string, number>): Promise<void> {
  const refused: string[] = [];
  const waiting = [...parts.schemas].filter(([type]) => !ids.has(type));
  const lane = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const [type, schema] = one;
      try {
        ids.set(type, await inSpiteOfOthers(() => idOf(parts, schema)));
      } catch (error) {
        if (isTransient(error)) throw error;
        refused.push(`${type} (${await reasonOf(parts, schema, error)})`);
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  for (const one of lanes) if (one.status === 'rejected') throw one.reason;
  if (refused.length > 0) throw new Error(`the schema registry at ${parts.url} refuses ${refused.sort().join('; ')}`);
}

function schemaIds({ url, schemas }: Parts, ids: ReadonlyMap<string, number>): SchemaIds {
  const written = new Map([...schemas].map(([type, schema]) => [ids.get(type), { type, schema }] as const));
  return { idOf: (type) => ids.get(type), writtenBy: async (id) => written.get(id) ?? (await writtenBy(url, id)) };
}

/** Others register the same at the same time: who comes second is told that it exists already, and finds it so the next time. */
async function inSpiteOfOthers<T>(work: () => Promise<T>): Promise<T> {
  for (let times = 1; ; times += 1)
    try {
      return await work();
    } catch (error) {
      if (times === mostRaces || !/already exists/i.test(sentence(error))) throw error;
    }
}

async function idOf(parts: Parts, schema: object): Promise<number> {
  const subject = subjectOf(parts, schema);
  const compatibility = await levelOf(parts, subject);
  const { id } = await reached(() =>
    parts.registry.register({ type: SchemaType.AVRO, schema: JSON.stringify(schema) }, { subject, compatibility }),
  );
  return id;
}

/** Names of records, not of topics: one message may lie on several topics, and a topic holds many. */
function subjectOf({ namespace }: Parts, schema: object): string {
  const { namespace: space = '', name = '' } = schema as Readonly<{ namespace?: string; name?: string }>;
  return `${namespace}${space}.${name}`;
}

const strict: ReadonlyMap<string, COMPATIBILITY> = new Map(
  [COMPATIBILITY.BACKWARD, COMPATIBILITY.BACKWARD_TRANSITIVE, COMPATIBILITY.FULL, COMPATIBILITY.FULL_TRANSITIVE].map((one) => [one, one]),
);

/** What the registry judges new schemas of the subject by. Where nobody said so, or less than BACKWARD, that is said here: the client would not, and refuse. */
async function levelOf({ url, log }: Parts, subject: string): Promise<COMPATIBILITY> {
  const path = `config/${encodeURIComponent(subject)}`;
  const { compatibilityLevel } = (await asked<Readonly<{ compatibilityLevel?: string }>>(url, path)) ?? {};
  const there = compatibilityLevel?.toUpperCase() ?? null;
  const known = strict.get(there ?? '');
  if (known !== undefined) return known;
  if (there !== null)
    log.warn({ subject, level: there }, `${subject} was judged by ${there} at the schema registry; from now on by BACKWARD`);
  await asked(url, path, { compatibility: COMPATIBILITY.BACKWARD });
  return COMPATIBILITY.BACKWARD;
}

/** What the registry answers there, or, with a body, to what is put there; null: nothing is there. */
async function asked<T>(url: string, path: string, body?: object): Promise<T | null> {
  const method = body === undefined ? 'GET' : 'PUT';
  const request = {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(patience),
  };
  const answer = await reached(() => fetch(`${url}/${path}`, request));
  const text = await reached(() => answer.text());
  if (answer.status === 404) return null;
  if (answer.status >= 500 || answer.status === 429) throw new TransientError(`${method} /${path}: ${answer.status}`);
  if (!answer.ok) throw new Error(`${method} /${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Not by the client, which makes something else of what is no schema of Avro. */
async function writtenBy(url: string, id: number): Promise<WrittenBy | undefined> {
  const found = await asked<Readonly<{ schema: string; schemaType?: string }>>(url, `schemas/ids/${id}`);
  if (found === null) return undefined;
  if ((found.schemaType ?? 'AVRO') !== 'AVRO') return { type: '', schema: {} };
  const type = avsc.Type.forSchema(JSON.parse(found.schema) as avsc.Schema);
  return { type: type.name?.split('.').at(-1) ?? '', schema: type.schema({ exportAttrs: true }) as object };
}

/** In words: what today's schema cannot read of the one registered last; else what the registry says. */
async function reasonOf(parts: Parts, schema: object, error: unknown): Promise<string> {
  const subject = subjectOf(parts, schema);
  try {
    const last = await writtenBy(parts.url, await parts.registry.getLatestSchemaId(subject));
    if (last !== undefined) avsc.Type.forSchema(schema as avsc.Schema).createResolver(avsc.Type.forSchema(last.schema as avsc.Schema));
  } catch (unreadable) {
    if (statusOf(unreadable) === null) return `what is registered as ${subject} cannot be read by it: ${sentence(unreadable)}`;
  }
  return sentence(error);
}

const statusOf = (error: unknown): number | null =>
  typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number' ? error.status : null;

/** The client makes of a refused connection an answer with status 400, without a message of a registry in it. */
async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const status = statusOf(error);
    const away = status === null ? isAway(error) : status >= 500 || status === 429 || / - Error, status \d+/.test(sentence(error));
    if (!away) throw error;
    throw new TransientError(`the schema registry cannot be reached: ${sentence(error)}`, { cause: error });
  }
}

/** As `fetch` says it; by name, since it is of no class of ours. */
const isAway = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && /^(Type|Timeout|Abort)Error$/.test(String(error.name));
