import type { FreeLease, RequestLease, SetFreeze } from '@srm/schemas';
import { definitionsDecider } from './definitions.ts';
import { environmentDecider } from './environment/index.ts';
import { playing } from './testing.ts';

const place = { tenant: 'acme', environment: 'development' };
const actor = { name: 'li', authenticated: false };
const lease = (operation: string, component = 'shop/web'): RequestLease => ({
  type: 'RequestLease',
  data: { ...place, operation, components: [component], upon: null },
});
const free = (operation: string): FreeLease => ({
  type: 'FreeLease',
  data: {
    ...place,
    operation,
    outcome: [],
    last: true,
    product: null,
    release: null,
    ending: null,
    of: null,
    from: null,
    unpublished: null,
  },
});
const freeze = (requestId: string, changes: Partial<SetFreeze['data']> = {}): SetFreeze => ({
  type: 'SetFreeze',
  data: {
    ...place,
    requestId,
    bodyDigest: 'sha256:b',
    frozen: true,
    reason: 'fair',
    until: null,
    holdRunning: false,
    actor,
    ...changes,
  },
});
const thaw = (requestId: string): SetFreeze => freeze(requestId, { frozen: false, reason: null });
const development = () => playing(environmentDecider, 'environment/acme/development');
const text = 'development is frozen by li since 2026-11-24T08:00:00.000Z: fair; lift it with: npm run srm -- unfreeze acme/development';
const told = (operation: string, number: number, said: string | null, hold = false, behind: readonly string[] = []) => ({
  type: 'LeaseFrozen',
  data: { operation, environment: 'development', number, text: said, hold, behind },
});
const granted = (operation: string, fence: number, number: number) => ({
  type: 'LeaseGranted',
  data: { operation, environment: 'development', fence, number },
});

test('while an environment is frozen nobody is given a lease; who asks is told who froze it and how that is lifted; then it goes in order', () => {
  const environment = development();
  environment.given(freeze('r1'));
  expect(environment.given(lease('a')).said).toEqual([told('a', 2, text)]);
  expect(environment.given(lease('b')).said).toEqual([
    { type: 'LeaseQueued', data: { operation: 'b', environment: 'development', behind: ['a'] } },
    told('b', 3, text, false, ['a']),
  ]);
  expect(environment.given(thaw('r2')).said).toEqual([told('a', 4, null), told('b', 4, null, false, ['a']), granted('a', 1, 5)]);
  expect(environment.given(free('a')).said).toEqual([granted('b', 2, 7)]);
});

test('what is freed in a frozen environment is given to nobody before it is lifted', () => {
  const environment = development();
  environment.given(lease('a'));
  environment.given(lease('b'));
  expect(environment.given(freeze('r1')).said).toEqual([told('a', 4, text), told('b', 4, text, false, ['a'])]);
  expect(environment.given(free('a')).said).toEqual([]);
  expect(environment.given(thaw('r2')).said).toEqual([told('b', 6, null), granted('b', 2, 7)]);
});

test('holdRunning tells who holds a lease to begin nothing, and when that is over', () => {
  const environment = development();
  environment.given(lease('a'));
  expect(environment.given(freeze('r1', { holdRunning: true })).said).toEqual([told('a', 3, text, true)]);
  expect(environment.given(thaw('r2')).said).toEqual([told('a', 4, null)]);
});

test('the same request twice is one freeze; a freeze is lifted by its own timer, not by that of one before it', () => {
  const environment = development();
  const until = '2026-11-24T09:00:00.000Z';
  expect(environment.given(freeze('r1', { until })).said).toEqual([
    { type: 'SetTimer', data: { operation: 'environment/acme/development', timer: 'freeze/1', delay: 3_600_000 } },
  ]);
  expect(environment.given(freeze('r1', { until })).events).toEqual([]);
  environment.given(freeze('r2', { until: '2026-11-24T10:00:00.000Z' }));
  environment.given(lease('a'));
  const fires = (timer: string) =>
    environment.given({ type: 'TimerFired', data: { operation: 'environment/acme/development', timer } }, until).said;
  expect(fires('freeze/1')).toEqual([]);
  expect(fires('freeze/2')).toEqual([told('a', 4, null), granted('a', 1, 5)]);
  expect(fires('freeze/2')).toEqual([]);
});

test("an environment is frozen as long as its own freeze or its tenant's stands; an older word of the tenant counts nothing", () => {
  const environment = development();
  const passed = (number: number, frozen: boolean) => ({
    type: 'PassFreeze' as const,
    data: { ...place, number, frozen, reason: null, since: '2026-11-24T07:00:00.000Z', until: null, holdRunning: false, actor },
  });
  const tenant = 'all of tenant acme is frozen by li since 2026-11-24T07:00:00.000Z; lift it with: npm run srm -- unfreeze acme';
  environment.given(passed(12, true));
  environment.given(freeze('r1'));
  expect(environment.given(lease('a')).said).toEqual([told('a', 3, tenant)]);
  expect(environment.given(passed(13, false)).said).toEqual([told('a', 4, text)]);
  expect(environment.given(passed(12, true)).events).toEqual([]);
  expect(environment.given(thaw('r2')).said).toEqual([told('a', 5, null), granted('a', 1, 6)]);
});

test('a tenant is frozen by telling each of its environments, one that is defined later before anybody can use it; its timer lifts it', () => {
  const definitions = playing(definitionsDecider, 'definitions/acme');
  const put = (requestId: string, name: string) =>
    definitions.given({
      type: 'PutDefinitions',
      data: {
        tenant: 'acme',
        requestId,
        bodyDigest: 'sha256:b',
        documents: ['Product', 'Environment'].map((kind) => ({ kind, name, digest: `sha256:${name}` })),
        actor,
      },
    }).said;
  const since = '2026-11-24T08:00:00.000Z';
  const until = '2026-11-24T08:00:01.000Z';
  const passed = (environment: string, number: number, frozen: boolean, changes: object = {}) => ({
    type: 'PassFreeze',
    data: { tenant: 'acme', environment, number, since, frozen, reason: 'fair', until, holdRunning: false, actor, ...changes },
  });
  expect([put('d1', 'one'), put('d2', 'two')]).toEqual([[], []]);
  const frozen = definitions.given(freeze('r1', { environment: null, until }));
  expect(frozen.events.map(({ type, data }) => [type, 'environments' in data ? data.environments : null])).toEqual([
    ['TenantFreezeSet', ['one', 'two']],
  ]);
  expect(frozen.said).toEqual([
    { type: 'SetTimer', data: { operation: 'definitions/acme', timer: 'freeze/3', delay: 1000 } },
    passed('one', 3, true),
    passed('two', 3, true),
  ]);
  expect(put('d3', 'three')).toEqual([passed('three', 3, true)]);
  const over = { reason: 'its time was over', until: null, actor: null };
  expect(definitions.given({ type: 'TimerFired', data: { operation: 'definitions/acme', timer: 'freeze/3' } }).said).toEqual(
    ['one', 'two', 'three'].map((name) => passed(name, 5, false, over)),
  );
  expect(put('d4', 'four')).toEqual([]);
});
