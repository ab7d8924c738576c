import { join } from 'node:path';
import { embeddedDocuments } from '@srm/documents';
import { embeddedCodec, embeddedLog, headerOf, type BusRecord, type Log } from '@srm/messaging';
import { orchestrator } from '@srm/orchestrator';
import { definitionsKey, environmentKey, topics, type Envelope, type Message } from '@srm/schemas';
import Database from 'libsql';
import { realClock } from './house.ts';
import { said } from './said.ts';

/** The id of the copy with this number: of the same length. */
const copied = `substr(@operation, 1, 28) || printf('%08x', k)`;
const numbers = 'WITH RECURSIVE numbers(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM numbers WHERE k < @copies)';

/** Puts so many copies of one operation into the files of a house that nobody runs: its records, its decisions, its views, its jobs. Gives how many events they are. */
export function copiedOperation(folder: string, operation: string, copies: number): number {
  documentsCopied(join(folder, 'documents.db'), operation, copies);
  return recordsCopied(join(folder, 'log.db'), operation, copies);
}

function documentsCopied(file: string, operation: string, copies: number): void {
  const database = new Database(file);
  database.exec('BEGIN');
  for (const { name } of rowsOf<{ name: string }>(
    database,
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'srm/%'`,
  )) {
    const own = name.endsWith('.jobs') ? `json_extract(json, '$.operation') = @operation` : `id LIKE '%' || @operation || '%'`;
    const id = `CASE WHEN instr(id, @operation) > 0 THEN replace(id, @operation, ${copied}) ELSE id || '-' || k END`;
    const json = `replace(replace(json, '"_id":"' || id || '"', '"_id":"' || ${id} || '"'), @operation, ${copied})`;
    database
      .prepare(`INSERT INTO "${name}" ${numbers} SELECT ${id}, ${json} FROM numbers, (SELECT id, json FROM "${name}" WHERE ${own})`)
      .run({ operation, copies });
  }
  database.exec('COMMIT');
  database.close();
}

/** Each stream's records lie at its end, in turn; whoever reads the stream has read them. */
function recordsCopied(file: string, operation: string, copies: number): number {
  const database = new Database(file);
  database.exec('BEGIN');
  let events = 0;
  for (const { id, topic } of rowsOf<{ id: number; topic: string }>(database, 'SELECT id, topic FROM streams')) {
    const [from, to] = [id * 2 ** 40, (id + 1) * 2 ** 40];
    const within = `place >= ${from} AND place < ${to}`;
    const [found] = rowsOf<{ count: number; end: number }>(
      database,
      `SELECT count(*) AS count, (SELECT max(place) + 1 FROM records WHERE ${within}) AS end FROM records WHERE ${within} AND key LIKE '%${operation}%'`,
    );
    if (found === undefined || found.count === 0) continue;
    const place = `${found.end} + (k - 1) * ${found.count} + n - 1`;
    database
      .prepare(
        `INSERT INTO records ${numbers} SELECT ${place}, replace(key, @operation, ${copied}), replace(headers, @operation, ${copied}), value, at
         FROM numbers, (SELECT *, row_number() OVER (ORDER BY place) AS n FROM records WHERE ${within} AND key LIKE '%${operation}%')`,
      )
      .run({ operation, copies });
    database.exec(`UPDATE marks SET next = ${found.end - from + copies * found.count} WHERE stream = ${id}`);
    if (topic === topics.events.name) events += copies * found.count;
  }
  database.exec('COMMIT');
  database.close();
  return events;
}

export function eventsIn(folder: string): number {
  const database = new Database(join(folder, 'log.db'));
  const streams = `SELECT id FROM streams WHERE topic = '${topics.events.name}'`;
  const [found] = rowsOf<{ count: number }>(database, `SELECT count(*) AS count FROM records WHERE place / ${2 ** 40} IN (${streams})`);
  database.close();
  return found?.count ?? 0;
}

const rowsOf = <R>(database: Database.Database, sql: string): readonly R[] => database.prepare(sql).all() as R[];

/** Operations that are asked about at once. */
const atOnce = 200;
/** Milliseconds between two operations. */
const apart = 10 * 60_000;

export type Key = Readonly<{ key: string; number: number }>;

/** Histories that grow for ever: an environment and its tenant's definitions are asked about by so many operations, one after the other in time, by the orchestrator itself. */
export async function asked(folder: string, environment: string, product: string, times: number): Promise<readonly Key[]> {
  const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const documents = embeddedDocuments({ file: join(folder, 'documents.db') });
  const bus = embeddedLog({ file: join(folder, 'log.db'), clock: realClock, log });
  const codec = embeddedCodec({ file: join(folder, 'schemas.db') });
  const { consumes } = await orchestrator({ documents, codec, clock: realClock });
  const inputs = consumes.find(({ topic }) => topic === 'inputs');
  const reached = new Map<string, number>();
  const judged = async (messages: readonly Envelope[]): Promise<void> => {
    for await (const some of inputs?.on(messages) ?? []) {
      const records = some.filter((one): one is BusRecord => 'headers' in one && one.topic === topics.events.name);
      for (const record of records) reached.set(record.key, Number(headerOf(record, 'ce_sequence')));
      await bus.publish(records);
    }
  };
  const start = realClock.now();
  const about = { tenant: 'default', environment };
  for (let from = 0; from < times; from += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, times - from) }, (_, n) => from + n);
    const all = (key: string, message: (operation: string) => Message): readonly Envelope[] =>
      some.map((n) => {
        const time = new Date(start + n * apart).toISOString();
        return said(message(`asked-${n}`), { id: `asked-${key}-${n}`, subject: key, time, correlation: key });
      });
    await judged(
      all(environmentKey('default', environment), (operation) => ({
        type: 'DescribeEnvironment',
        data: { operation, ...about, settled: null },
      })),
    );
    await judged(
      all(definitionsKey('default'), (operation) => ({ type: 'DescribeDefinitions', data: { operation, ...about, product, round: null } })),
    );
  }
  await bus.close();
  await documents.close();
  return [...reached].map(([key, number]) => ({ key, number }));
}
