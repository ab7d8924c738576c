import type { Codec } from '@srm/messaging';
import { operationKey } from '@srm/schemas';
import type { Answer, Request, Route } from '@srm/service';
import { rawAfter, recordOf } from '../raw-events.ts';
import type { RawEvent } from '../stores.ts';
import { endings } from '../views/events.ts';
import { idIn, operationNow, reading, type Parts } from './parts.ts';
import { cloudEvent, operationJson } from './present.ts';
import { invalid, notFound } from './problem.ts';
import { queryOf, wholeNumber } from './query.ts';

const slice = 200;
/** Milliseconds between comments that keep a quiet stream open, and between looks for what is known to be on its way. */
const heartbeat = 15_000;
const behind = 25;

export const getEvents = (parts: Parts): readonly Route[] => [
  reading('/v1/operations/:id/events', (request) => events(parts, request)),
  reading('/v1/operations/:id/stream', (request) => stream(parts, request)),
];

async function events(parts: Parts, request: Request): Promise<Answer> {
  const id = idIn(request);
  const query = queryOf(request);
  const after = query.whole('after', { least: 0 }) ?? 0;
  query.nothingElse();
  if (query.errors.length > 0) return invalid(query.errors, 400);
  if ((await operationNow(parts, id)) === null) return notFound(`operation ${id}`);
  return { status: 200, headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' }, stream: listed(parts, id, after) };
}

/** `{ items, next }`, read and sent slice by slice: a long history needs no memory. */
async function* listed({ stores, codec }: Parts, id: string, after: number): AsyncGenerator<string> {
  yield '{"items":[';
  let at = after;
  for (;;) {
    const raws = await rawAfter(stores, operationKey(id), at, slice);
    if (raws.length === 0) break;
    const texts = await Promise.all(raws.map((raw) => eventText(codec, raw)));
    yield (at === after ? '' : ',') + texts.join(',');
    at += raws.length;
  }
  yield '],"next":null}';
}

/** One that cannot be read is shown with its name alone. */
async function eventText(codec: Codec, raw: RawEvent): Promise<string> {
  try {
    return JSON.stringify(cloudEvent(await codec.decode(recordOf(raw))));
  } catch {
    return JSON.stringify({ specversion: '1.0', type: raw.type, subject: raw.key, sequence: raw.number, data: null });
  }
}

async function stream(parts: Parts, request: Request): Promise<Answer> {
  const id = idIn(request);
  const query = queryOf(request);
  const asked = query.whole('lastEventId', { least: 0 });
  query.nothingElse();
  const header = request.headers.get('last-event-id');
  const last = header === undefined ? null : wholeNumber(header);
  const wrong = header !== undefined && last === null ? [{ pointer: 'Last-Event-ID', detail: 'is not the number of an event' }] : [];
  if (query.errors.length + wrong.length > 0) return invalid([...query.errors, ...wrong], 400);
  const view = await operationNow(parts, id);
  if (view === null) return notFound(`operation ${id}`);
  const after = last ?? asked ?? 0;
  if (view.ending !== null && after >= view.ending) return { status: 204, text: '' };
  const headers = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache', 'X-Accel-Buffering': 'no' };
  return { status: 200, headers, stream: streamed(parts, id, after, request.signal) };
}

/** Reads the raw events after a position; the bell only says when to look again (protocol 25). */
async function* streamed(parts: Parts, id: string, after: number, signal: AbortSignal): AsyncGenerator<string> {
  const key = operationKey(id);
  const ear = parts.bell.listen(key);
  try {
    yield ': events of an operation\n\n';
    let at = after;
    while (!signal.aborted) {
      const raws = await rawAfter(parts.stores, key, at, slice);
      for (const raw of raws) {
        yield sse(String(raw.number), raw.type, await eventText(parts.codec, raw));
        at = raw.number;
        if (endings.has(raw.type)) return yield* ended(parts, id, at, signal);
      }
      if (raws.length > 0) continue;
      if (await isOver(parts, id, at)) return;
      const waiting = ear.heard > at;
      if (!(await ear.next(waiting ? behind : heartbeat, signal)) && !waiting && !signal.aborted) yield ': still here\n\n';
    }
  } finally {
    ear.close();
  }
}

/** The last that is said: the operation, once its view has the end too. */
async function* ended(parts: Parts, id: string, at: number, signal: AbortSignal): AsyncGenerator<string> {
  const ear = parts.bell.listen(operationKey(id));
  try {
    while (!signal.aborted) {
      const view = await operationNow(parts, id);
      if (view !== null && (view.number >= at || view.frozen !== null))
        return yield sse(String(at), 'end', JSON.stringify(operationJson(view)));
      await ear.next(behind, signal);
    }
  } finally {
    ear.close();
  }
}

async function isOver({ stores }: Parts, id: string, at: number): Promise<boolean> {
  const view = await stores.operations.findOne({ _id: id });
  return view !== null && view.ending !== null && at >= view.ending;
}

const sse = (id: string, event: string, data: string): string => `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
