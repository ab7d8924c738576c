import type { ResourceView } from '../views/other-views.ts';
import { compared, digestOfItems } from './compare.ts';

const image = (n: number): string => `sha256:${String(n).padStart(64, '0')}`;
const believed = (name: string, state: ResourceView['state'], n: number) =>
  ({ _id: `acme/dev/shop/${name}`, state, image: image(n), version: `r${n}` }) as ResourceView;
const seen = (name: string, state: string, n: number) => ({ id: `acme/dev/shop/${name}`, state, image: image(n), version: `r${n}` });

test('a resource is the same, differs by image or state, is gone, or unknown to SRM', () => {
  const items = compared(
    [
      believed('web', 'running', 1),
      believed('cart', 'running', 1),
      believed('order', 'running', 1),
      believed('stock', 'stopped', 1),
      believed('was', 'absent', 1),
    ],
    [seen('web', 'running', 1), seen('cart', 'running', 2), seen('order', 'stopped', 1), seen('new', 'running', 3)],
  );
  expect(items.map(({ id, verdict }) => [id.slice('acme/dev/shop/'.length), verdict])).toEqual([
    ['cart', 'differs'],
    ['new', 'unknown'],
    ['order', 'differs'],
    ['stock', 'gone'],
    ['web', 'same'],
  ]);
  expect(items[0]).toEqual({
    id: 'acme/dev/shop/cart',
    verdict: 'differs',
    believed: 'running r1 sha256:000000000000',
    seen: 'running r2 sha256:000000000000',
  });
  expect(digestOfItems(items)).not.toBe(digestOfItems(items.slice(1)));
});
