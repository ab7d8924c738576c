import { number, openDatabase, text, transaction, type Sql } from './database.ts';

/** `type`: empty where it is none of a message. */
export type WrittenBy = Readonly<{ type: string; schema: object }>;

/** Which schema a record was written by: a number that stands in its first bytes, for ever. */
export interface SchemaIds {
  /** The number of today's schema of this type; undefined where there is no such type. */
  idOf(type: string): number | undefined;
  /** Undefined where nothing was ever written under this number. Rejects with a TransientError where it cannot be known now. Asked once of each number. */
  writtenBy(id: number): Promise<WrittenBy | undefined>;
}

/** Numbers kept in a database file (it may be the log's own), or `:memory:`. Those of today's schemas are there before anything is written under them. */
export function embeddedSchemaIds(file: string, today: ReadonlyMap<string, object>): SchemaIds {
  const database = openDatabase(file);
  try {
    return registered(database, today);
  } finally {
    database.close();
  }
}

function registered(database: Sql, today: ReadonlyMap<string, object>): SchemaIds {
  database.exec('CREATE TABLE IF NOT EXISTS schemas (id INTEGER PRIMARY KEY, type TEXT NOT NULL, json TEXT NOT NULL, UNIQUE (type, json))');
  const add = database.prepare('INSERT INTO schemas (type, json) VALUES (?, ?) ON CONFLICT DO NOTHING');
  transaction(database, () => today.forEach((schema, type) => add.run(type, JSON.stringify(schema))));
  const written = new Map<number, WrittenBy>();
  const ids = new Map<string, number>();
  for (const row of database.prepare('SELECT id, type, json FROM schemas ORDER BY id').all()) {
    const [id, type, json] = [number(row[0]), text(row[1]), text(row[2])];
    const schema = today.get(type);
    const current = schema !== undefined && JSON.stringify(schema) === json;
    written.set(id, { type, schema: current ? schema : (JSON.parse(json) as object) });
    if (current) ids.set(type, id);
  }
  return { idOf: (type) => ids.get(type), writtenBy: async (id) => written.get(id) };
}
