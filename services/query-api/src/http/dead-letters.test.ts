import { shapeErrors } from '@srm/definitions';
import type { BusRecord, Gauges, Received } from '@srm/messaging';
import type { Facts } from '../status/facts.ts';
import { memory, stillClock, timeOf } from '../testing.ts';
import { door } from '../testing-door.ts';

const [inputs, logs] = ['srm.inputs.v1', 'srm.logs.v1'];
const poison = (topic: string, n: number): BusRecord => ({
  topic,
  key: `operation/${n}`,
  headers: [
    ['ce_type', 'JobStarted'],
    ['ce_time', timeOf(n)],
  ],
  value: Buffer.from([0xff, n]),
});
const buried = (topic: string, position: number, n: number): Received => {
  const { headers, ...record } = poison(topic, n);
  const why = [
    ['srm_reason', `no reader for ${n}`],
    ['srm_origin', `${topic}/3/${n}`],
  ] as const;
  return { ...record, topic: `${topic}.dlq`, headers: [...headers, ...why], partition: 0, position };
};
const lying: Readonly<Record<string, readonly Received[]>> = {
  [inputs]: [buried(inputs, 4, 1), buried(inputs, 5, 2), buried(inputs, 7, 3)],
  [logs]: [buried(logs, 0, 4)],
};
const gauges: Gauges = {
  lag: async () => [],
  deadLetters: async () => [],
  buried: async (topic, from, limit) => (lying[topic] ?? []).filter(({ position }) => position >= from).slice(0, limit),
};
const facts = async (): Promise<Facts> => ({
  ...{ version: '1', startedAt: 0, services: [], lag: [], disk: null },
  deadLetters: [
    {
      topic: inputs,
      count: 3,
      newest: [{ key: 'operation/3', type: 'JobStarted', reason: 'no reader for 3', origin: `${inputs}/3/3`, at: 0 }],
    },
    {
      topic: logs,
      count: 1,
      newest: [{ key: 'operation/4', type: 'JobStarted', reason: 'no reader for 4', origin: `${logs}/3/4`, at: 0 }],
    },
  ],
});
const here = () => door(stillClock(), memory(), facts, gauges);

test('dead letters are listed topic by topic, the oldest first, page by page', async () => {
  const { call } = here();
  const places: string[] = [];
  for (let cursor = ''; ;) {
    const { json } = await call('GET', `/v1/dead-letters?limit=2${cursor}`);
    expect(shapeErrors('DeadLetterList', json)).toEqual([]);
    const { items, next } = json as { items: { topic: string; position: number }[]; next: string | null };
    places.push(items.map(({ topic, position }) => `${topic}/${position}`).join(' '));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(places).toEqual([`${inputs}/4 ${inputs}/5`, `${inputs}/7 ${logs}/0`]);
  expect((await call('GET', `/v1/dead-letters?topic=${logs}`)).json).toEqual({
    items: [
      {
        ...{ topic: logs, position: 0, key: 'operation/4', type: 'JobStarted', reason: 'no reader for 4', origin: `${logs}/3/4` },
        ...{ time: timeOf(4), bytes: 2, replayed: null },
      },
    ],
    next: null,
  });
});

test('what is replayed is put back as it came, and no finding any more', async () => {
  const { call, put } = here();
  const open = async (): Promise<unknown> => {
    const { json } = await call('GET', '/v1/status');
    const { deadLetters, findings } = json as {
      deadLetters: { topic: string; count: number }[];
      findings: { what: string; kind: string }[];
    };
    return [deadLetters.map(({ topic, count }) => [topic, count]), findings.map(({ kind, what }) => [kind, what])];
  };
  const [ofInputs, ofLogs] = [
    ['deadLetters', inputs],
    ['deadLetters', logs],
  ];
  expect(await open()).toEqual([
    [
      [inputs, 3],
      [logs, 1],
    ],
    [ofInputs, ofLogs],
  ]);
  const { status, json } = await call('POST', `/v1/dead-letters/${logs}/0/replay`, { headers: { 'srm-actor': 'ann' } });
  expect([status, shapeErrors('DeadLetter', json), json]).toMatchObject([200, [], { topic: logs, replayed: { by: 'ann' } }]);
  expect(put).toStrictEqual([poison(logs, 4)]);
  await call('POST', `/v1/dead-letters/${inputs}/5/replay`);
  expect(await open()).toEqual([[[inputs, 2]], [ofInputs]]);
  await call('POST', `/v1/dead-letters/${inputs}/5/replay`);
  expect(put).toStrictEqual([poison(logs, 4), poison(inputs, 2), poison(inputs, 2)]);
  expect(await open()).toEqual([[[inputs, 2]], [ofInputs]]);
});

test('what is no dead letter is not found, and no question is guessed at', async () => {
  const { call, put } = here();
  const errors = async (query: string): Promise<unknown> => {
    const { status, json } = await call('GET', `/v1/dead-letters?${query}`);
    return [status, (json as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)];
  };
  expect([
    await errors('topic=x&limit=0&colour=red'),
    await errors('cursor=abc'),
    await errors(`topic=${logs}&cursor=${btoa('["dead letters","1 x"]')}`),
  ]).toEqual([
    [400, ['?topic', '?limit', '?colour']],
    [400, ['?cursor']],
    [400, ['?cursor']],
  ]);
  for (const place of [`${inputs}/6`, `${inputs}/8`, 'x/0', `${inputs}/-1`, `${inputs}/1e3`])
    expect([place, (await call('POST', `/v1/dead-letters/${place}/replay`)).status]).toEqual([place, 404]);
  expect([put, (await door().call('GET', '/v1/dead-letters')).json]).toEqual([[], { items: [], next: null }]);
});
