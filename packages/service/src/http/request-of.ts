import type { Request as Incoming } from 'express';
import type { Method, Request } from '../service.ts';

/** What a route sees of an express request. HEAD is asked as GET. */
export function requestOf(incoming: Incoming, method: Method, body: Uint8Array, signal: AbortSignal): Request {
  const [, search = ''] = incoming.url.split(/\?(.*)/s);
  return {
    method,
    path: incoming.path,
    params: new Map(Object.entries(incoming.params).map(([name, value]) => [name, [value].flat().join('/')])),
    query: new Map(new URLSearchParams(search)),
    headers: new Map(Object.entries(incoming.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')])),
    body,
    signal,
  };
}
