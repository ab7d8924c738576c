import { digestOf } from '@srm/definitions';
import type { Envelope } from '@srm/schemas';
import { goodStory, key, operation, stillClock, told } from '../testing.ts';
import { door, type Door } from '../testing-door.ts';

const events = told(key, goodStory);
const last = events.length;

type Heard = Readonly<{ id: number; event: string; data: unknown }>;

const parsed = (text: string): readonly Heard[] =>
  text
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':'))
    .map((block) => {
      const [, id = '', event = '', data = ''] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { id: Number(id), event, data: JSON.parse(data) };
    });

const stream = async (at: Door, after: number): Promise<readonly Heard[]> =>
  parsed((await at.call('GET', `/v1/operations/${operation}/stream`, { headers: { 'last-event-id': String(after) } })).text);

const whole = (from: number): readonly (readonly [number, string])[] => [
  ...events.slice(from).map((event): [number, string] => [event.sequence ?? 0, event.type]),
  [last, 'end'],
];

test('a stream gives every event as a CloudEvent, then the operation, and ends', async () => {
  const at = door();
  await at.tell(events);
  const heard = await stream(at, 0);
  expect(heard.map(({ id, event }) => [id, event])).toEqual(whole(0));
  expect(heard[5]?.data).toEqual({
    specversion: '1.0',
    id: events[5]?.id,
    source: `/srm/${key}`,
    type: 'StepRequested',
    subject: key,
    time: '2026-11-24T08:00:06.000Z',
    sequence: 6,
    correlationid: operation,
    causationid: null,
    traceparent: null,
    datacontenttype: 'application/json',
    data: events[5]?.data,
  });
  expect(heard.at(-1)?.data).toEqual((await at.call('GET', `/v1/operations/${operation}`)).json);
});

test('resumed at any position, nothing is missing and nothing comes twice', async () => {
  const at = door();
  await at.tell(events);
  for (let after = 0; after < last; after++) expect((await stream(at, after)).map(({ id, event }) => [id, event])).toEqual(whole(after));
});

test('past the end there is nothing to reconnect for: 204', async () => {
  const at = door();
  await at.tell(events);
  const statuses = [last, last + 1].map((after) => at.call('GET', `/v1/operations/${operation}/stream?lastEventId=${after}`));
  expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([204, 204]);
});

test('cut after any number of events while they happen, and resumed, the whole history is read once', async () => {
  const at = door();
  await at.tell(events.slice(0, 1));
  const heard: (readonly [number, string])[] = [];
  const read = async (): Promise<void> => {
    while (heard.at(-1)?.[1] !== 'end') {
      const cut = new AbortController();
      const answer = await at.open('GET', `/v1/operations/${operation}/stream`, {
        headers: { 'last-event-id': String(heard.at(-1)?.[0] ?? 0) },
        signal: cut.signal,
      });
      if (!('stream' in answer)) throw new Error(`answered ${answer.status}`);
      for await (const piece of answer.stream) {
        const more = parsed(piece);
        for (const { id, event } of more) heard.push([id, event]);
        if (more.length > 0 && heard.length % 3 === 0) break;
      }
    }
  };
  const reading = read();
  for (let size = 1, from = 1; from < last; from += size, size++) await at.tell(events.slice(from, from + size));
  await reading;
  expect(heard).toEqual(whole(0));
});

test('a quiet stream says that it is there every fifteen seconds, and ends when the client goes', async () => {
  const clock = stillClock(true);
  const at = door(clock);
  await at.tell(events.slice(0, 3));
  const gone = new AbortController();
  const answer = await at.open('GET', `/v1/operations/${operation}/stream?lastEventId=3`, { signal: gone.signal });
  if (!('stream' in answer)) throw new Error('no stream');
  const pieces: string[] = [];
  for await (const piece of answer.stream) {
    pieces.push(piece);
    if (pieces.length === 3) gone.abort();
  }
  expect(pieces).toEqual([': events of an operation\n\n', ': still here\n\n', ': still here\n\n']);
  expect(clock.now() - stillClock().now()).toBe(30_000);
});

test('a gap is waited for, never skipped', async () => {
  const at = door();
  await at.tell([...events.slice(0, 4), ...events.slice(5)]);
  const { json } = await at.call('GET', `/v1/operations/${operation}`);
  expect(json).toMatchObject({ number: 4 });
  expect(JSON.parse((await at.call('GET', `/v1/operations/${operation}/events`)).text)).toMatchObject({ items: { length: 4 } });
  await at.tell(events.slice(4, 5));
  expect((await stream(at, 0)).map(({ id, event }) => [id, event])).toEqual(whole(0));
});

test('all events are one list, from a number on', async () => {
  const at = door();
  await at.tell(events);
  const list = async (query: string): Promise<unknown> =>
    JSON.parse((await at.call('GET', `/v1/operations/${operation}/events${query}`)).text);
  const all = await list('');
  expect(all).toMatchObject({ items: events.map(({ sequence, type, data }) => ({ sequence, type, data })), next: null });
  expect(await list('?after=15')).toMatchObject({ items: [{ sequence: 16 }, { sequence: 17 }], next: null });
  expect(await list('?after=17')).toEqual({ items: [], next: null });
});

test('bad positions and unknown operations are answered with problems', async () => {
  const at = door();
  await at.tell(events);
  const status = async (url: string, headers = {}): Promise<number> => (await at.call('GET', url, { headers })).status;
  const base = `/v1/operations/${operation}`;
  expect([
    await status(`${base}/stream`, { 'last-event-id': 'x' }),
    await status(`${base}/stream?lastEventId=-1`),
    await status(`${base}/events?after=1e3`),
    await status(`${base}/events?afetr=1`),
    await status('/v1/operations/nobody/stream'),
    await status('/v1/operations/nobody/events'),
    await status('/v1/operations/__proto__'),
  ]).toEqual([400, 400, 400, 400, 404, 404, 404]);
});

test('an event that cannot be read freezes the view, labelled; after the fix it is folded again', async () => {
  const at = door();
  await at.tell(events.slice(0, 5));
  const raws = at.documents.collection<{ _id: string; value: string }>('rawEvents');
  const sixth = { _id: `${key}/0000000006`, value: '' };
  await at.tell(events.slice(6));
  await raws.insertOne({ ...sixth, ...{ key, number: 6, type: 'StepRequested', headers: [], value: 'AAAA' } });
  await at.tell(events.slice(6, 7));
  const { json } = await at.call('GET', `/v1/operations/${operation}`);
  expect(json).toMatchObject({
    number: 5,
    status: 'running',
    frozen: expect.stringMatching(/^event 6 \(StepRequested\) cannot be read: /),
  });
  const listed = JSON.parse((await at.call('GET', `/v1/operations/${operation}/events`)).text);
  expect(listed.items[5]).toEqual({ specversion: '1.0', type: 'StepRequested', subject: key, sequence: 6, data: null });
  await raws.deleteOne({ _id: sixth._id });
  const untouched = door();
  await untouched.tell(events);
  const [good] = await untouched.documents.collection<{ _id: string }>('rawEvents').find({ _id: sixth._id }).toArray();
  if (good === undefined) throw new Error('no sixth event');
  await at.documents.collection<{ _id: string }>('rawEvents').insertOne(good);
  for (const loop of at.service.loops) for await (const said of loop(new AbortController().signal)) expect(said).toEqual([]);
  expect((await at.call('GET', `/v1/operations/${operation}`)).json).toEqual(
    (await untouched.call('GET', `/v1/operations/${operation}`)).json,
  );
});

test('the stored bytes are those that came', async () => {
  const at = door();
  await at.tell(events);
  const told: readonly Envelope[] = events;
  const raws = await at.documents
    .collection<{ _id: string; type: string }>('rawEvents')
    .find({}, { sort: { _id: 1 } })
    .toArray();
  expect(raws.map(({ _id, type }) => [_id, type])).toEqual(
    told.map(({ sequence, type }) => [`${key}/${String(sequence).padStart(10, '0')}`, type]),
  );
  expect(digestOf(raws)).toMatch(/^sha256:/);
});
