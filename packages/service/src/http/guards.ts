import type { Request as Incoming } from 'express';
import { problem } from '../problem.ts';
import type { Answer } from '../service.ts';

/** null: nothing speaks against it. `loopback`: only this machine can reach the server. */
export function refusal(incoming: Incoming, loopback: boolean): Answer | null {
  const host = incoming.headers.host;
  const name = host === undefined ? null : hostname(`http://${host}`);
  if (name === null)
    return problem({ type: '/problems/host', title: 'Host is missing', status: 400, detail: 'the Host header has to name this server' });
  if (loopback && !isLoopback(name)) return foreignHost(host ?? '');
  if (!isWellFormed(incoming.url)) {
    const detail = 'a % in the address is not followed by two hexadecimal digits, or they are not UTF-8';
    return problem({ type: '/problems/address', title: 'The address cannot be read', status: 400, detail });
  }
  return isForeign(incoming) ? foreignOrigin(String(incoming.headers.origin ?? 'another site')) : null;
}

/** Another name that leads here is a page of somebody else (DNS rebinding). */
const foreignHost = (host: string): Answer =>
  problem({
    type: '/problems/host',
    title: 'Not this server',
    status: 421,
    detail: `this server listens on this machine only and is not ${host}; use http://127.0.0.1 or http://localhost with its port`,
  });

const foreignOrigin = (origin: string): Answer =>
  problem({
    type: '/problems/origin',
    title: 'Not from another site',
    status: 403,
    detail: `a page of ${origin} cannot change anything here`,
  });

/** A browser says where a page comes from when it sends a request that changes something. */
function isForeign({ method, headers }: Incoming): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false;
  if (headers.origin !== undefined) return authority(headers.origin) !== authority(`http://${headers.host ?? ''}`);
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function authority(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

const hostname = (address: string): string | null => (URL.canParse(address) ? new URL(address).hostname : null);

export const isLoopback = (name: string): boolean =>
  name === 'localhost' || name === '[::1]' || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name);

function isWellFormed(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
