import type { Finding } from './types.ts';

export const found = (pointer: string, detail: string): Finding => ({ pointer, at: 'value', detail, loose: false });
export const foundKey = (pointer: string, detail: string): Finding => ({ pointer, at: 'key', detail, loose: false });
export const notSupported = (pointer: string, what: string): Finding => foundKey(pointer, `not supported yet: ${what}`);

/** One key or index more: `/` and `~` are escaped (RFC 6901). */
export const below = (pointer: string, ...keys: readonly (string | number)[]): string =>
  keys.reduce<string>((path, key) => `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`, pointer);

export const segmentsOf = (pointer: string): readonly string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
