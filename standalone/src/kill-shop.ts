import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Variant } from './kill-product.ts';

/** The shop of the examples in a folder of its own, with a change in the sources of its store and its web. It is broken as the broken one is. */
export function writeShop(home: string, folder: string, variant: Variant, name: string): Readonly<{ yaml: string; base: string }> {
  const at = join(folder, 'sources', name);
  for (const example of ['shop', 'shop-broken']) cpSync(join(home, 'examples', example), join(at, example), { recursive: true });
  appendFileSync(join(at, 'shop', 'store', 'main.mts'), `// ${variant.store}\n`);
  appendFileSync(join(at, 'shop', 'web', 'main.mts'), `// ${variant.web}\n`);
  if (variant.fault === 'does-not-compile') appendFileSync(join(at, 'shop', 'web', 'main.mts'), 'const fault: number = true;\n');
  const base = join(at, variant.fault === 'never-ready' ? 'shop-broken' : 'shop');
  return { yaml: readFileSync(join(base, 'srm.yaml'), 'utf8'), base };
}
