import { empty } from '../environment/state.ts';
import { emptyOperation } from '../operation/state.ts';
import { releasesDecider, type ReleasesState } from '../releases.ts';
import { markOf } from './mark.ts';

const hex = (n: number): string => String(n).padStart(64, '0');
const image = (n: number): string => `sha256:${hex(n)}`;
const artifact = (n: number): string => `bpr:shop/web/${hex(n)}@sha256:${hex(n)}`;

/** A product with so many releases; release n has package n and image n. */
function product(count: number): ReleasesState {
  const state = releasesDecider.empty('releases/acme/shop');
  for (let n = 1; n <= count; n += 1)
    state.versions.set(`r${n}`, {
      contentDigest: '',
      status: 'complete',
      components: new Map([['web', { name: 'web', revision: '', artifact: artifact(n), image: image(n) }]]),
      from: null,
      definition: null,
    });
  state.newest = `r${count}`;
  return state;
}

const environment = () => empty('environment/acme/development');
const tried = (brought: string | null) => ({ operation: 'o', ended: 'OperationSucceeded', brought, undone: null, from: null });
const running = (n: number) => ({
  component: 'shop/web',
  state: 'running' as const,
  version: '',
  image: image(n),
  spec: '',
  parameters: '',
  configuration: '',
  outputs: [],
  operation: 'o',
  fence: 1,
  replicas: null,
  deployed: 'o',
  given: [],
});
const named = (mark: ReturnType<typeof markOf>) =>
  Object.fromEntries(mark.images.map(([digest, { sort }]) => [Number(digest.slice(-3)), sort]));

test('what runs is kept, what an undo goes back to, the last five releases that were brought, and the newest', () => {
  const place = environment();
  place.running.set('shop/web', running(9));
  place.changed.set('shop/web', { operation: 'o', was: running(2), at: 1 });
  place.tried.set('shop', new Map(['r1', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8'].map((name) => [name, tried(name === 'r8' ? null : 'o')])));
  const mark = markOf({ environments: [place], releases: [product(10)], operations: [] });
  expect(named(mark)).toEqual({
    9: 'runs',
    2: 'before',
    3: 'release',
    4: 'release',
    5: 'release',
    6: 'release',
    7: 'release',
    10: 'newest',
  });
  expect(mark.artifacts.map(([address]) => address)).toEqual([3, 4, 5, 6, 7, 10].map(artifact));
  expect(mark.images[0]?.[1]).toEqual({ sort: 'runs', of: 'acme/development/shop/web' });
});

test('an operation without a plan keeps all of its product', () => {
  const operation = emptyOperation('operation/op');
  operation.request = { tenant: 'acme', product: 'shop', release: null } as NonNullable<typeof operation.request>;
  const mark = markOf({ environments: [], releases: [product(3)], operations: [operation] });
  expect([named(mark), mark.open]).toEqual([{ 1: 'operation', 2: 'operation', 3: 'newest' }, ['op']]);
});
