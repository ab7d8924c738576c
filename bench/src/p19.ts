import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedDocuments, type Documents } from '@srm/documents';
import { mongoDocuments } from '@srm/documents/mongo';
import { embeddedCodec, type Codec, type Log } from '@srm/messaging';
import { rebuild } from '@srm/query-api';
import { mongoName } from '@srm/testbed';
import Database from 'libsql';
import { assertCalm, callersOf } from './callers.ts';
import type { Figure, Goal } from './goal.ts';
import { openHouse, realClock } from './house.ts';
import { lags } from './lag.ts';
import { rawMongo } from './mongo-raw.ts';
import { layered } from './products.ts';
import { randomFrom } from './random.ts';
import { withReal, type Real } from './real.ts';
import { median, quantile, quantileRatio, ratio } from './statistics.ts';

const rounds = 5;
/** W50 that are in the views; of the document server, which is slower, fewer. */
const operations = 10;
const operationsOfMongo = 2;
/** Releases a second beside a rebuild, and milliseconds of one round of them. */
const perSecond = 5;
const lasts = 6_000;
const callers = 8;

/** The collections that a rebuild empties and fills again. */
const views = ['operations', 'steps', 'resources', 'definitions', 'releases', 'manifests', 'answers', 'freezes', 'positions'] as const;
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A folder in which so many W50 were released. */
async function released(folder: string, count: number): Promise<void> {
  const house = await openHouse({ folder });
  const asking = await callersOf(house, count, layered(50, 10, randomFrom(50)), 'w');
  await asking.release(count, 1);
  await asking.close();
  assertCalm(house);
  await house.close();
}

type Text = Readonly<{ json: string }>;

/** Reads and parses every raw event, and nothing else: how many a second. */
function scanned(file: string): Readonly<{ perSecond: number; events: number }> {
  const start = performance.now();
  const database = new Database(file, { readonly: true });
  let events = 0;
  for (const row of database.prepare('SELECT json FROM rawEvents ORDER BY id').iterate()) {
    const raw: unknown = JSON.parse((row as Text).json);
    if (typeof raw === 'object' && raw !== null && 'value' in raw) Buffer.from(String(raw.value), 'base64');
    events += 1;
  }
  database.close();
  return { events, perSecond: (events / (performance.now() - start)) * 1000 };
}

type Held = readonly Readonly<{ _id: string }>[];

async function held(documents: Documents): Promise<Held> {
  const all: Readonly<{ _id: string }>[] = [];
  for (const view of views)
    for (const one of await documents
      .collection(view)
      .find({}, { sort: { _id: 1 } })
      .toArray())
      all.push({ ...one, _id: `${view}/${one._id}` });
  return all;
}

/** Milliseconds of a rebuild; throws where the views are not the same afterwards. */
async function rebuilt(documents: Documents, codec: Codec, before: Held): Promise<number> {
  const start = performance.now();
  await rebuild({ documents, codec, clock: realClock, log: silent });
  const milliseconds = performance.now() - start;
  if (JSON.stringify(await held(documents)) !== JSON.stringify(before)) throw new Error('the views are others after the rebuild');
  return milliseconds;
}

async function embedded(folder: string, say: (text: string) => void): Promise<Figure> {
  await released(folder, operations);
  const file = join(folder, 'documents.db');
  const documents = embeddedDocuments({ file });
  const codec = embeddedCodec({ file: join(folder, 'schemas.db') });
  try {
    const before = await held(documents);
    const [srm, scan]: [number[], number[]] = [[], []];
    for (let round = -1; round < rounds; round += 1) {
      const { events, perSecond: theirs } = scanned(file);
      const ours = (events / (await rebuilt(documents, codec, before))) * 1000;
      if (round < 0) continue;
      srm.push(ours);
      scan.push(theirs);
    }
    say(`embedded: ${median(srm).toFixed(0)} events/s, read + parse ${median(scan).toFixed(0)}; ${before.length} documents`);
    const about = `embedded: events a second of ${operations} W50 that are folded into empty views, every write with fsync, against read + JSON.parse of the same`;
    return { id: 'P19 embedded', estimate: ratio(srm, scan), target: { sign: '>=', value: 0.5 }, about, samples: { srm, scan } };
  } finally {
    await documents.close();
  }
}

async function onMongo(real: Real, folder: string, say: (text: string) => void): Promise<Figure> {
  const { uri } = await real.mongo();
  await released(folder, operationsOfMongo);
  const source = embeddedDocuments({ file: join(folder, 'documents.db') });
  const raws = await source.collection('rawEvents').find({}).toArray();
  await source.close();
  const codec = embeddedCodec({ file: join(folder, 'schemas.db') });
  const documents = await mongoDocuments({ uri, database: 'bench' });
  const store = await rawMongo(uri, 'floor');
  try {
    const copy = documents.collection('rawEvents');
    for (let n = 0; n < raws.length; n += 100) await Promise.all(raws.slice(n, n + 100).map((raw) => copy.insertOne(raw)));
    await rebuild({ documents, codec, clock: realClock, log: silent });
    const before = await held(documents);
    const [srm, bulk]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      srm.push((before.length / (await rebuilt(documents, codec, before))) * 1000);
      bulk.push((before.length / (await store.fill(before))) * 1000);
    }
    say(`${mongoName}: ${median(srm).toFixed(0)} documents/s of ${raws.length} events, bulkWrite ${median(bulk).toFixed(0)}`);
    const about = `${mongoName}: documents of the views a second in a rebuild of ${operationsOfMongo} W50, against bulkWrite of the same documents`;
    return { id: 'P19 Mongo', estimate: ratio(srm, bulk), target: { sign: '>=', value: 0.6 }, about, samples: { srm, bulk } };
  } finally {
    await documents.close();
    await store.close();
  }
}

const program = fileURLToPath(new URL('./rebuild-child.js', import.meta.url));

/** The lag of the views of a house that lives, with and without a rebuild of others in a process beside it. */
async function beside(folder: string, say: (text: string) => void): Promise<Figure> {
  const heard = lags();
  const house = await openHouse({ around: heard.around });
  try {
    const asking = await callersOf(house, callers);
    const [alone, during]: [number[], number[]] = [[], []];
    const lag = async (): Promise<readonly number[]> => {
      await asking.open(callers, perSecond, lasts);
      return heard.taken().map((one) => one.lag);
    };
    await lag();
    for (let round = 0; round < rounds; round += 1) {
      alone.push(...(await lag()));
      const child = fork(program, [folder], { execArgv: ['--no-warnings'] });
      await once(child, 'message');
      during.push(...(await lag()));
      const ended = once(child, 'exit');
      if (child.exitCode !== null) throw new Error(`the rebuild ended with ${child.exitCode}`);
      child.kill('SIGKILL');
      await ended;
    }
    await asking.close();
    assertCalm(house);
    say(`beside a rebuild: p99 ${quantile(during, 0.99).toFixed(1)} ms, without ${quantile(alone, 0.99).toFixed(1)} ms`);
    const about = `p99 from commit to readable while the views of a copy are rebuilt in another process, against before; open loop, ${perSecond} releases a second`;
    return {
      id: 'P19 live',
      estimate: quantileRatio(during, alone, 0.99),
      target: { sign: '<=', value: 1.2 },
      about,
      samples: { during, alone },
    };
  } finally {
    await house.close();
  }
}

export const p19: Goal = {
  id: 'P19',
  title: 'rebuild of the views',
  measure: (say) =>
    withReal(async (real) => {
      const [file, copy, small] = ['views', 'copy', 'small'].map((name) => join(real.folder, name)) as [string, string, string];
      for (const folder of [file, small]) mkdirSync(folder);
      const onFile = await embedded(file, say);
      cpSync(file, copy, { recursive: true });
      return [await onMongo(real, small, say), await beside(copy, say), onFile];
    }),
};
