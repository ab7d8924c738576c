import type { Sweep } from './api.ts';
import { renderSweep } from './gc.ts';

const item = (name: string, fate: 'stays' | 'setAside' | 'deleted', bytes: number | null, why: [string, string]) =>
  ({
    what: bytes === null ? 'job' : 'image',
    name,
    count: 3,
    bytes,
    fate,
    why: { sort: why[0], of: why[1] },
  }) as Sweep['services'][number]['items'][number];
const sweep: Sweep = {
  id: 's',
  dryRun: false,
  reason: null,
  actor: { name: 'ann', authenticated: false },
  at: '2026-11-24T08:00:00.000Z',
  endedAt: '2026-11-24T08:00:01.000Z',
  services: [
    {
      service: 'ci-bridge',
      items: [
        item(`web sha256:${'a'.repeat(64)}`, 'stays', 2048, ['runs', 'acme/prod/shop/web']),
        item('old', 'setAside', 3 * 1024 ** 2, ['old', '2026-11-01T08:00:00.000Z']),
      ],
    },
    { service: 'sem-bridge', items: [item('sem-bridge', 'deleted', null, ['old', '2026-10-25T08:00:00.000Z'])] },
  ],
};

test('what goes comes first, each with its size and who needs it; the sums come last', () => {
  expect(renderSweep(sweep, 'en').split('\n')).toEqual([
    'deleted    jobs   3 entries  sem-bridge               nobody needs it; last used, or ended, before 2026-10-25 08:00:00Z',
    'set aside  image  3 MB       old                      nobody needs it; last used, or ended, before 2026-11-01 08:00:00Z',
    'stays      image  2 kB       web sha256:aaaaaaaaaaaa  named by resource acme/prod/shop/web',
    '✔ deleted: 1 (0 B) · set aside: 1 (3 MB) · brought back: 0 (0 B) · stays: 1 (2 kB)',
    'What is set aside is still there for whoever names it; the next gc deletes what nobody needed by then.',
  ]);
});

test('a dry run says what would be, in Chinese too', () => {
  const lines = renderSweep({ ...sweep, dryRun: true }, 'zh').split('\n');
  expect([lines[1], lines[3]]).toEqual([
    '将搁置  镜像      3 MB  old                      无人需要；最后使用或结束于 2026-11-01 08:00:00Z 之前',
    '◷ 将删除: 1 项（0 B） · 将搁置: 1 项（3 MB） · 将取回: 0 项（0 B） · 保留: 1 项（2 kB）',
  ]);
});
