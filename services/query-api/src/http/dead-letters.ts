import { broughtBack, headerOf, largestValue, letterOf, type Gauges, type Outgoing, type Received } from '@srm/messaging';
import { topics, type ApiSchemas } from '@srm/schemas';
import type { Answer, Request, Route } from '@srm/service';
import type { Replayed, Stores } from '../stores.ts';
import { actorOf } from './headers.ts';
import { cut } from './page.ts';
import { reading, type Parts } from './parts.ts';
import { invalid, notFound, problem } from './problem.ts';
import { queryOf, wholeNumber, type Query } from './query.ts';

type Letter = ApiSchemas['schemas']['DeadLetter'];
type Place = Readonly<{ topic: string; position: number }>;

const usual = 50;
const most = 200;
const list = { name: 'dead letters', placeOf: ({ position, topic }: Place): string => `${position} ${topic}` };
const names: readonly string[] = Object.values(topics).map(({ name }) => name);

/** What could not be handled: shown, and put back once its cause is mended. `gauges`: null where nobody can look. */
export const deadLetterRoutes = (parts: Parts, gauges: Gauges | null): readonly Route[] => [
  reading('/v1/dead-letters', (request) => page(parts, gauges, request)),
  { method: 'POST', path: '/v1/dead-letters/:topic/:position/replay', answer: (request) => replay(parts, gauges, request) },
];

async function page({ stores }: Parts, gauges: Gauges | null, request: Request): Promise<Answer> {
  const query = queryOf(request);
  const topic = query.oneOf('topic', names);
  const limit = query.whole('limit', { least: 1, most }) ?? usual;
  const past = pastOf(query, topic);
  query.nothingElse();
  if (query.errors.length > 0) return invalid(query.errors, 400);
  const found = gauges === null ? [] : await buriedAfter(gauges, topic === null ? names : [topic], past, limit + 1);
  const { shown, next } = cut(found, limit, list);
  return { status: 200, headers: { 'Cache-Control': 'no-store' }, json: { items: await withReplays(stores, shown), next } };
}

/** Where the page before ended; null: this is the first. */
function pastOf(query: Query, wanted: string | null): Place | null {
  const place = query.cursor(list.name, (text) => {
    const { topic } = placeIn(text);
    return names.includes(topic) && (wanted === null || wanted === topic);
  });
  return place === null ? null : placeIn(place);
}

function placeIn(text: string): Place {
  const [position = '', topic = ''] = text.split(' ');
  return { topic: wholeNumber(position) === null ? '' : topic, position: Number(position) };
}

/** Topic by topic, as the table of topics has them. */
async function buriedAfter(gauges: Gauges, among: readonly string[], past: Place | null, limit: number): Promise<readonly Letter[]> {
  const found: Letter[] = [];
  for (const topic of past === null ? among : among.slice(among.indexOf(past.topic))) {
    const from = topic === past?.topic ? past.position + 1 : 0;
    for (const record of await gauges.buried(topic, from, limit - found.length)) found.push(letterIn(topic, record));
    if (found.length >= limit) break;
  }
  return found;
}

/** Put back first, noted then: who dies between puts it back once more, which does no harm. */
async function* replay(
  { stores, clock, actor: fallback }: Parts,
  gauges: Gauges | null,
  request: Request,
): AsyncGenerator<readonly Outgoing[], Answer> {
  const topic = request.params.get('topic') ?? '';
  const position = wholeNumber(request.params.get('position') ?? '');
  const actor = actorOf(request, fallback);
  if ('refused' in actor) return actor.refused;
  const [record] = gauges === null || position === null || !names.includes(topic) ? [] : await gauges.buried(topic, position, 1);
  if (record === undefined || record.position !== position)
    return notFound(`record ${request.params.get('position')} in the dead letter of ${topic}`);
  if (record.value.byteLength > largestValue) return tooLarge(record.value.byteLength);
  yield [broughtBack(record)];
  const letter = letterIn(topic, record);
  const replayed = { at: new Date(clock.now()).toISOString(), by: actor.actor.name };
  await stores.replayed.replaceOne({ _id: letter.origin }, { _id: letter.origin, topic, ...replayed }, { upsert: true });
  return { status: 200, json: { ...letter, replayed } };
}

async function withReplays({ replayed }: Stores, letters: readonly Letter[]): Promise<readonly Letter[]> {
  const noted = await replayed.find({ _id: { $in: letters.map(({ origin }) => origin) } }).toArray();
  const known = new Map(noted.map((one) => [one._id, one]));
  return letters.map((letter) => ({ ...letter, replayed: replayOf(known.get(letter.origin)) }));
}

const replayOf = (noted: Replayed | undefined): Letter['replayed'] => (noted === undefined ? null : { at: noted.at, by: noted.by });

const tooLarge = (bytes: number): Answer =>
  problem(409, 'too-large', 'Too large', {
    detail: `the record has ${bytes} bytes and a message of SRM at most ${largestValue}: nobody can take it; whoever wrote it has to send it smaller`,
  });

/** As if it had never been replayed. */
const letterIn = (topic: string, record: Received): Letter => ({
  topic,
  position: record.position,
  ...letterOf(record),
  time: headerOf(record, 'ce_time'),
  bytes: record.value.byteLength,
  replayed: null,
});
