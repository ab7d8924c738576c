import { goneOf, observation, observedMessage, type Observed } from './observe.ts';
import type { ResourceState } from './resources.ts';

const start = Date.UTC(2026, 10, 24);
const state = (given: Partial<ResourceState> = {}): ResourceState => ({
  tenant: 'default',
  environment: 'test',
  product: 'shop',
  component: 'cart',
  version: '1',
  image: 'sha256:1',
  wanted: 1,
  ready: 1,
  restarts: 0,
  health: 'healthy',
  reason: null,
  fence: 1,
  ports: new Map(),
  ...given,
});
const never = (): never => {
  throw new Error('nothing was said');
};
const dead = (restarts: number): ResourceState => state({ ready: 0, health: 'unhealthy', reason: 'cart ended', restarts });

test('what is new is said at once, what is as it was is not said again', () => {
  const first = observation(null, state(), false, start);
  expect(first).toMatchObject({
    _id: 'default/test/shop/cart',
    number: 1,
    said: false,
    seen: { health: 'healthy', ready: 1, drift: null },
  });
  expect(observation(first, state(), false, start + 60_000)).toBe(null);
  expect(observation(first, dead(0), false, start + 60_000)).toMatchObject({
    number: 2,
    seen: { health: 'unhealthy', ready: 0, reason: 'cart ended' },
  });
});

test('what crashes again and again is said ever more seldom, and at last as it is', () => {
  let known = observation(null, state(), false, start);
  const said: number[] = [];
  for (let second = 1; second <= 3600; second += 1) {
    const next = observation(known, second % 2 === 0 ? state({ restarts: second }) : dead(second), false, start + second * 1000);
    if (next === null) continue;
    known = next;
    said.push(second);
  }
  expect(said.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
  expect(said.length).toBe(20);
  const [last = 0] = said.slice(-1);
  expect(observation(known, state({ restarts: 4000 }), false, start + (last + 300) * 1000)).toMatchObject({
    seen: { restarts: 4000, ready: 1 },
  });
});

test('what an operation changed is said at once, and so is what follows, however often it has changed before', () => {
  const stopped = { wanted: 0, ready: 0, health: 'stopped' } as const;
  const starting = { ready: 0, health: 'starting' } as const;
  const changes: readonly Partial<ResourceState>[] = [
    { ...stopped, fence: 2 },
    { ...starting, fence: 3 },
    { fence: 3 },
    { ...starting, version: '2', image: 'sha256:2', fence: 4 },
    { version: '2', image: 'sha256:2', fence: 4 },
    { ...starting, fence: 4 },
    { fence: 4 },
  ];
  const first = observation(null, state(), false, start);
  let known: Observed | null = first === null ? null : { ...first, wait: 300_000 };
  const waits: (number | null)[] = [];
  for (const [index, change] of changes.entries()) {
    const next: Observed | null = observation(known, state(change), false, start + 1000 + index);
    waits.push(next?.wait ?? null);
    known = next ?? known;
  }
  expect(waits).toEqual([0, 0, 1000, 0, 1000, 0, 1000]);
  expect(observation(known, goneOf(known ?? never()), false, start + 2000)).toMatchObject({ wait: 0, seen: { health: 'absent' } });
});

test('a record that cannot be read now and again is damped: no operation changed it', () => {
  const unreadable = state({ version: null, image: null, wanted: 0, ready: 0, health: 'unhealthy', reason: 'cannot be read', fence: 0 });
  let known = observation(null, state(), false, start);
  const said: number[] = [];
  for (let second = 1; second <= 600; second += 1) {
    const next = observation(known, second % 2 === 0 ? state() : unreadable, false, start + second * 1000);
    if (next === null) continue;
    known = next;
    said.push(second);
  }
  expect(said).toEqual([1, 2, 5, 10, 19, 36, 69, 134, 263, 520]);
});

test('after ten calm minutes a change is said at once, and the next one a second later', () => {
  const known: Observed | null = observation(null, state(), false, start);
  const hurried = known === null ? null : { ...known, wait: 300_000 };
  const later = start + 600_001;
  const next = observation(hurried, dead(0), false, later);
  expect(next).toMatchObject({ wait: 1000 });
  expect(observation(next, state({ restarts: 1 }), false, later + 999)).toBe(null);
  expect(observation(next, state({ restarts: 1 }), false, later + 1000)).toMatchObject({ number: 3, seen: { restarts: 1 } });
});

test('what does not run any more when SRM comes back is said to have drifted, until it is ready again', () => {
  const known = observation(null, state(), false, start);
  const gone = observation(known, dead(0), true, start + 10_000);
  expect(gone?.seen.drift).toBe('cart was not running any more when SRM came back');
  expect(observation(gone, dead(1), false, start + 20_000)?.seen.drift).toBe(gone?.seen.drift);
  expect(observation(gone, state({ restarts: 1 }), false, start + 20_000)?.seen.drift).toBe(null);
  expect(observation(known, dead(0), false, start + 10_000)?.seen.drift).toBe(null);
  expect(observation(known, state({ wanted: 0, ready: 0, health: 'stopped' }), true, start + 10_000)?.seen.drift).toBe(null);
});

test('what was destroyed is said to be absent, once; the same is said with the same id', () => {
  const known = observation(null, state(), false, start);
  if (known === null) throw new Error('nothing was said');
  const gone = observation(known, goneOf(known), false, start + 5000);
  expect(gone?.seen).toEqual({ version: null, health: 'absent', wanted: 0, ready: 0, restarts: 0, reason: null, drift: null });
  expect(gone === null ? '' : observation(gone, goneOf(gone), false, start + 50_000)).toBe(null);
  const said = observedMessage(known);
  expect(observedMessage(structuredClone(known))).toEqual(said);
  expect(said).toMatchObject({
    topic: 'inputs',
    message: { subject: 'environment/default/test', data: { component: 'shop/cart', number: 1, health: 'healthy', wanted: 1, ready: 1 } },
  });
});
