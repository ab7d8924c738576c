import type { Answer, Request } from '@srm/service';
import { problem } from './problem.ts';

const jsonString = /^"((?:[^"\\]|\\["\\])*)"$/;
const printable = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** The Idempotency-Key: a quoted string (RFC 8941) or as it is; null when there is none. */
export function idempotencyKey({ headers }: Request): Readonly<{ key: string | null } | { refused: Answer }> {
  const given = headers.get('idempotency-key');
  if (given === undefined) return { key: null };
  const key = (jsonString.exec(given)?.[1] ?? given).replace(/\\(["\\])/g, '$1');
  if (printable.test(key)) return { key };
  const detail = 'Idempotency-Key has to be 1 to 255 printable ASCII characters; a UUID is fine';
  return { refused: problem(400, 'idempotency-key', 'Idempotency-Key is not usable', { detail }) };
}

export type Actor = Readonly<{ name: string; authenticated: boolean }>;

/** Who asks. Nobody checks it before there is sign-in. */
export function actorOf({ headers }: Request, fallback: string): Readonly<{ actor: Actor } | { refused: Answer }> {
  const given = headers.get('srm-actor')?.trim();
  const name = given === undefined || given === '' ? fallback : decoded(given);
  if (name.length <= 100 && !/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(name)) return { actor: { name, authenticated: false } };
  const detail = 'SRM-Actor has to be a name of at most 100 characters on one line';
  return { refused: problem(400, 'actor', 'SRM-Actor is not usable', { detail }) };
}

/** Names beyond ASCII come percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The media type, lower-case, without parameters. A page of another site cannot send JSON or YAML without being allowed to. */
export const mediaType = ({ headers }: Request): string => (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

export const unsupported = (known: readonly string[]): Answer =>
  problem(415, 'media-type', 'Unknown media type', {
    detail: `say Content-Type: ${known.join(' or ')} (curl: -H 'Content-Type: ${known[0]}')`,
  });
