import { digestOf } from '@srm/definitions';
import type { Envelope } from '@srm/schemas';
import type { Documents } from '@srm/documents';
import type { Received } from '@srm/messaging';
import { goodStory, key, memory, operation, received, stillClock, told } from '../testing.ts';
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
        const more = parsed(String(piece));
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
    pieces.push(String(piece));
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
  await thawed(at);
  expect((await at.call('GET', `/v1/operations/${operation}`)).json).toEqual(
    (await untouched.call('GET', `/v1/operations/${operation}`)).json,
  );
});

const broken = (record: Received): Received => ({ ...record, value: Uint8Array.of(0, 0, 0, 9, 9, 1) });
/** As after a start. */
async function thawed(at: Door): Promise<Door> {
  const [thaw] = at.service.loops;
  if (thaw === undefined) throw new Error('nothing thaws');
  for await (const said of thaw(new AbortController().signal)) expect(said).toEqual([]);
  return at;
}

test('an event that nobody here can decode is kept as it came; its view stands still, labelled, until a newer version reads it', async () => {
  const at = door();
  const records = await received(events);
  const strange = records.map((record, index) => (index === 5 ? broken(record) : record));
  await at.hand(strange);
  const { json } = await at.call('GET', `/v1/operations/${operation}`);
  expect(json).toMatchObject({ number: 5, frozen: 'event 6 (StepRequested) cannot be read: schema id 2313 is unknown here' });
  expect(at.service.setAside?.()).toMatchObject([{ what: key, reason: expect.stringMatching(/^event 6 /) }]);
  const raws = at.documents.collection<{ _id: string; headers: unknown; value: string }>('rawEvents');
  const sixth = await raws.findOne({ _id: `${key}/0000000006` });
  expect([sixth?.headers, sixth?.value]).toEqual([records[5]?.headers, 'AAAACQkB']);
  await at.hand(records.slice(5, 6));
  expect((await at.call('GET', `/v1/operations/${operation}`)).json).toMatchObject({ number: 5 });
  await raws.updateOne({ _id: `${key}/0000000006` }, { $set: { value: Buffer.from(records[5]?.value ?? []).toString('base64') } });
  const untouched = door();
  await untouched.tell(events);
  expect((await (await thawed(door(stillClock(), at.documents))).call('GET', `/v1/operations/${operation}`)).json).toEqual(
    (await untouched.call('GET', `/v1/operations/${operation}`)).json,
  );
});

test('the keys that are no operations stand still at what cannot be decoded too', async () => {
  const place = { tenant: 'default', environment: 'test', operation };
  const told3 = told('environment/default/test', [
    { type: 'EnvironmentLeased', data: { ...place, components: ['shop/store'], fence: 1 } },
    { type: 'EnvironmentFreed', data: { ...place, held: true } },
  ]);
  const at = door();
  const [first, second] = await received(told3);
  if (first === undefined || second === undefined) throw new Error('no records');
  await at.hand([first, broken(second)]);
  const positions = at.documents.collection<{ _id: string; number: number; frozen: string | null }>('positions');
  expect(await positions.find({}).toArray()).toEqual([
    { _id: 'environment/default/test', number: 1, frozen: 'event 2 (EnvironmentFreed) cannot be read: schema id 2313 is unknown here' },
  ]);
});

/** Documents of which one collection takes nothing. */
const refusing = (documents: Documents, name: string): Documents => ({
  collection: (wanted) =>
    new Proxy(documents.collection(wanted), {
      get: (target, method): unknown =>
        wanted === name && method === 'insertOne'
          ? () => Promise.reject(new Error('the document is too large'))
          : Reflect.get(target, method),
    }),
});

test('what cannot be written into a view does not go to the dead letter either: the view stands still, labelled', async () => {
  const documents = memory();
  const at = door(stillClock(), refusing(documents, 'steps'));
  await at.tell(events);
  const position = { tenant: 'default', environment: 'test', operation };
  const other = door(stillClock(), refusing(documents, 'resources'));
  await other.tell(
    told('environment/default/test', [{ type: 'EnvironmentLeased', data: { ...position, components: ['shop/store'], fence: 1 } }]),
  );
  expect([at.service.setAside?.(), other.service.setAside?.()]).toMatchObject([
    [{ what: key, reason: 'the events after 0 cannot be folded: the document is too large' }],
    [{ what: 'environment/default/test', reason: 'event 1 (EnvironmentLeased) cannot be read: the document is too large' }],
  ]);
  const well = await thawed(door(stillClock(), documents));
  expect((await well.call('GET', `/v1/operations/${operation}`)).json).toMatchObject({ number: last, frozen: null });
  expect((await well.call('GET', '/v1/resources?state=absent')).json).toMatchObject({ items: [{ component: 'store' }] });
});

test('what has no number is no event: it is not kept', async () => {
  const at = door();
  const [record] = await received(events.slice(0, 1));
  if (record === undefined) throw new Error('no record');
  const nameless = { ...record, headers: record.headers.filter(([name]) => name !== 'ce_sequence') };
  await expect(at.hand([nameless])).rejects.toThrow('this is no event: header ce_sequence is missing');
  expect(await at.documents.collection('rawEvents').find({}).toArray()).toEqual([]);
});

test('a gap that is older than a minute is a label of the view and set aside; filled, it is gone', async () => {
  let stop = new AbortController();
  const clock = { ...stillClock(), sleep: async (): Promise<void> => stop.abort() };
  const at = door(clock);
  const look = async (): Promise<void> => {
    stop = new AbortController();
    const [, gaps] = at.service.loops;
    if (gaps === undefined) throw new Error('nobody looks for gaps');
    for await (const said of gaps(stop.signal)) expect(said).toEqual([]);
  };
  await at.tell([...events.slice(0, 4), ...events.slice(5, 7)]);
  const view = async () => (await at.call('GET', `/v1/operations/${operation}`)).json;
  clock.time += 59_999;
  await look();
  expect(await view()).toMatchObject({ number: 4, frozen: null });
  clock.time += 1;
  await look();
  const reason = 'waits for event 5 since 2026-11-24T08:00:00.000Z';
  expect(await view()).toMatchObject({ number: 4, frozen: reason });
  expect(at.service.setAside?.()).toEqual([{ what: key, reason, since: clock.time }]);
  await at.tell(events.slice(4));
  await look();
  expect(await view()).toMatchObject({ number: last, frozen: null });
  expect([at.service.setAside?.(), await at.documents.collection('gaps').find({}).toArray()]).toEqual([[], []]);
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
