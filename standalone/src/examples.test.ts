import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProduct, parseDefinitions } from '@srm/definitions';

function example(name: string) {
  const file = fileURLToPath(new URL(`../../examples/${name}/srm.yaml`, import.meta.url));
  const parsed = parseDefinitions(readFileSync(file, 'utf8'), { base: dirname(file) });
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  return parsed.documents;
}

function components(name: string) {
  const product = example(name).find(({ kind }) => kind === 'Product')?.json;
  if (!isProduct(product)) throw new Error(`no product in ${name}`);
  return product.spec.components;
}

test('both examples are the product shop and the environment development', () => {
  const names = (name: string) => example(name).map((document) => `${document.tenant}/${document.kind}/${document.name}`);
  expect(names('shop')).toEqual(['default/Product/shop', 'default/Environment/development']);
  expect(names('shop-broken')).toEqual(names('shop'));
});

test('the broken shop differs from the good one in nothing but its cart', () => {
  const good = components('shop').filter(({ name }) => name !== 'cart');
  const broken = components('shop-broken').filter(({ name }) => name !== 'cart');
  expect(broken).toEqual(good);
});
