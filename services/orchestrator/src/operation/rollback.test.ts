import type { Envelope } from '@srm/schemas';
import type { OperationEvent } from './events.ts';
import { operationDecider } from './index.ts';
import { fields, leased, operationId, planning, request, step, succeeded, underTest } from './testing.ts';

function last({ history }: ReturnType<typeof underTest>): Envelope<OperationEvent> {
  const event = history.at(-1);
  if (event === undefined) throw new Error('nothing was decided');
  return event;
}

const surveyed = (kind: 'rollback' | 'undo', release: string | null, releases: readonly string[], current: string | null) => {
  const run = underTest();
  const [definitions] = planning([]);
  if (definitions === undefined) throw new Error('no answer');
  run.given(request({ kind, release, of: kind === 'undo' ? 'other' : null }), definitions);
  const data = { operation: operationId, environment: 'development', number: 4, fence: 1, releases, current };
  const [event] = run.given({ type: 'EnvironmentDescribed', data });
  return { run, event };
};

test('a rollback goes to the release that was brought last and is not what runs; to a named one where it is named', () => {
  expect(fields(surveyed('rollback', null, ['r1', 'r2', 'r3'], 'r3').event, 'asked', 'release')).toEqual(['release', 'r2']);
  expect(fields(surveyed('rollback', null, ['r3', 'r1'], 'r1').event, 'asked', 'release')).toEqual(['release', 'r3']);
  expect(fields(surveyed('rollback', 'r9', ['r1', 'r2'], 'r2').event, 'asked', 'release')).toEqual(['release', null]);
  expect(fields(surveyed('undo', null, ['r1'], 'r1').event, 'asked')).toEqual(['plan']);
});

test('a rollback with nothing to go back to is refused in words', () => {
  const detail = 'no release of shop but r1, which runs, was ever brought to development: name the one to go back to (--to)';
  const { event } = surveyed('rollback', null, ['r1'], 'r1');
  expect([event?.type, ...fields(event, 'reason', 'status', 'errors')]).toEqual([
    'OperationRefused',
    detail,
    409,
    [{ document: null, line: null, column: null, pointer: '/release', detail }],
  ]);
  expect(fields(surveyed('rollback', null, [], null).event, 'reason')).toEqual([
    'no release of shop was ever brought to development: name the one to go back to (--to)',
  ]);
});

test('a rollback and an undo wait, like a stop, until nobody changes the product', () => {
  for (const kind of ['rollback', 'undo', 'scale'] as const) {
    const run = underTest();
    const [definitions] = planning([]);
    if (definitions === undefined) throw new Error('no answer');
    run.given(request({ kind }), definitions);
    const [asked] = operationDecider.said(last(run), run.operation);
    expect([asked?.message.type, asked?.message.data]).toEqual([
      'DescribeEnvironment',
      { operation: operationId, tenant: 'acme', environment: 'development', settled: 'shop' },
    ]);
  }
});

test('an ending tells the environment which release was to run there and how that ended, or what was taken back', () => {
  const freed = (asked: Parameters<typeof request>[0], inputs = planning([step('web/deploy')])) => {
    const run = underTest();
    run.given(request(asked), ...inputs, leased);
    run.given(succeeded(run.operation, 'web/deploy'));
    const [free] = operationDecider.said(last(run), run.operation);
    const data = new Map<string, unknown>(Object.entries(free?.message.data ?? {}));
    return ['product', 'release', 'ending', 'of'].map((name) => data.get(name));
  };
  expect(freed({})).toEqual(['shop', '2026.11.24-1', 'OperationSucceeded', null]);
  const planned = planning([step('web/deploy')]).filter(({ type }) => type !== 'MaterialResolved' && type !== 'VersionGranted');
  expect(freed({ kind: 'undo', of: 'other' }, planned)).toEqual(['shop', null, 'OperationSucceeded', 'other']);
});
