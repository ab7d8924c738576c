import { broughtBack, letterOf, type Gauges, type Outgoing, type Received } from '@srm/messaging';
import { topics, type ApiSchemas } from '@srm/schemas';
import type { Answer, Request, Route } from '@srm/service';
import type { Replayed, Stores } from '../stores.ts';
import { actorOf } from './headers.ts';
import { reading, type Parts } from './parts.ts';
import { invalid, notFound } from './problem.ts';
import { cursorOf, queryOf, wholeNumber, type Query } from './query.ts';

type Letter = ApiSchemas['schemas']['DeadLetter'];
type Place = Readonly<{ topic: string; position: number }>;
type Buried = Place & Readonly<{ record: Received }>;

const usual = 50;
const most = 200;
const list = 'dead letters';
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
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  const next = last === undefined ? null : cursorOf(list, `${last.position} ${last.topic}`);
  return { status: 200, headers: { 'Cache-Control': 'no-store' }, json: { items: await lettersOf(stores, shown), next } };
}

/** Where the page before ended; null: this is the first. */
function pastOf(query: Query, wanted: string | null): Place | null {
  const place = query.cursor(list, (text) => {
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
async function buriedAfter(gauges: Gauges, among: readonly string[], past: Place | null, limit: number): Promise<readonly Buried[]> {
  const found: Buried[] = [];
  for (const topic of past === null ? among : among.slice(among.indexOf(past.topic))) {
    const from = topic === past?.topic ? past.position + 1 : 0;
    for (const record of await gauges.buried(topic, from, limit - found.length)) found.push({ topic, position: record.position, record });
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
  yield [broughtBack(record)];
  const found = { topic, position, record };
  const noted = { topic, at: new Date(clock.now()).toISOString(), by: actor.actor.name };
  await stores.replayed.replaceOne({ _id: letter(found).origin }, { _id: letter(found).origin, ...noted }, { upsert: true });
  return { status: 200, json: letterJson(found, noted) };
}

async function lettersOf({ replayed }: Stores, found: readonly Buried[]): Promise<readonly Letter[]> {
  const noted = await replayed.find({ _id: { $in: found.map((one) => letter(one).origin) } }).toArray();
  const known = new Map(noted.map((one) => [one._id, one]));
  return found.map((one) => letterJson(one, known.get(letter(one).origin) ?? null));
}

const letter = ({ record }: Buried) => letterOf({ ...record, at: 0 });

function letterJson(found: Buried, replayed: Pick<Replayed, 'at' | 'by'> | null): Letter {
  const { topic, position, record } = found;
  const { at: _, ...about } = letter(found);
  const time = record.headers.find(([name]) => name === 'ce_time')?.[1] ?? null;
  const put = replayed === null ? null : { at: replayed.at, by: replayed.by };
  return { topic, position, ...about, time, bytes: record.value.byteLength, replayed: put };
}
