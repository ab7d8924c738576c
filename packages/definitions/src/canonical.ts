import { createHash } from 'node:crypto';
import { isList, isObject } from './own.ts';

/** JSON with sorted keys and no white space: equal values give equal bytes. */
export function canonicalJson(value: unknown): string {
  if (!isObject(value)) return isList(value) ? `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]` : JSON.stringify(value);
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(item)}`;
  }
  return `{${text}}`;
}

/** `sha256:<64 hex>` of bytes, or of a text in UTF-8. */
export const sha256 = (bytes: string | Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** `sha256:<64 hex>` of the canonical JSON. */
export const digestOf = (value: unknown): string => sha256(canonicalJson(value));
