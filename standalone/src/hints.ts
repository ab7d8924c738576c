import { relative } from 'node:path';
import type { Lang } from '@srm/cli';
import { columns } from '@srm/cli';
import { sentences } from './sentences.ts';

/** A path as a person in that folder would type it. */
export function typed(path: string, from: string): string {
  const way = relative(from, path);
  return way === '' ? '.' : way.startsWith('..') ? path : `./${way}`;
}

/** What to try next, after the example runs. `server` is given when the command line would not find SRM by itself. */
export function hints(server: string | null, lang: Lang): string {
  const say = sentences[lang];
  const at = server === null ? '' : ` --server ${server}`;
  const lead = `${say.next} `;
  return [
    `${lead}npm run srm -- release examples/shop-broken -e development${at}   # ${say.undoItself}`,
    `${' '.repeat(columns(lead))}npm run srm -- get resources${at}     ·   ${say.again('examples/shop/catalogue')}`,
  ].join('\n');
}
