import { idOf } from '@srm/messaging';
import { completed, requested, stillClock, told } from '../testing.ts';
import { door } from '../testing-door.ts';
import { admission } from './admission.ts';

const most = 64;
const names = Array.from({ length: most }, (_, n) => `o${n}`);

test('what is planned, has ended or waits makes room; what is only requested does not', () => {
  const at = admission(stillClock());
  expect(names.map((name) => at.enter(name))).toEqual(names.map(() => true));
  for (const [key, type] of [['operation/o0', 'OperationRequested'], ['environment/o0', 'PlanCompleted']] as const) at.heard(key, type); // prettier-ignore
  expect([at.enter('late'), at.enter('o0')]).toEqual([false, true]);
  for (const [n, type] of ['PlanCompleted', 'OperationRefused', 'OperationWaiting'].entries()) at.heard(`operation/o${n}`, type);
  expect(['a', 'b', 'c', 'd'].map((name) => at.enter(name))).toEqual([true, true, true, false]);
  at.leave('a');
  expect([at.enter('d'), at.enter('e')]).toEqual([true, false]);
});

test('what nothing is heard of for a minute makes room', () => {
  const clock = stillClock();
  const at = admission(clock);
  names.forEach((name) => at.enter(name));
  clock.time += 59_999;
  expect(at.enter('late')).toBe(false);
  clock.time += 1;
  expect(at.enter('late')).toBe(true);
});

test('a request that comes while many wait for their plans is refused before anything is said, and taken when there is room', async () => {
  const at = door();
  const ask = (key: string) =>
    at.call('POST', '/v1/operations', {
      json: { kind: 'release', product: 'shop', environment: 'development' },
      headers: { 'idempotency-key': key },
      // Who has gone away is not waited for.
      signal: AbortSignal.abort(),
    });
  for (const name of names) expect((await ask(name)).status).toBe(202);
  const { status, headers, json } = await ask('late');
  expect([status, headers['Retry-After'], json]).toEqual([
    429,
    '1',
    {
      type: '/problems/busy',
      title: 'Too many requests',
      status: 429,
      detail:
        '64 operations that were asked for here wait for their plans; nothing was written: ask again in a second, with the same Idempotency-Key',
    },
  ]);
  expect(at.said.map(({ correlationid }) => correlationid)).toEqual(names.map((name) => idOf('operation', 'default', name)));
  expect((await ask('o3')).status).toBe(202);
  const planned = at.said[5];
  if (planned?.type !== 'RequestOperation') throw new Error('the sixth was not said');
  await at.tell(told(planned.subject, [requested(planned.data), completed(1)]));
  expect([(await ask('o5')).status, (await ask('late')).status, at.said.at(-1)?.correlationid]).toEqual([
    202,
    202,
    idOf('operation', 'default', 'late'),
  ]);
});
