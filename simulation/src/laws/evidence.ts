import type { Envelope } from '@srm/schemas';

/** An event as it lies on the topic, with its bytes: every occurrence. */
export type Occurrence = Readonly<{ event: Envelope; bytes: string }>;

/** What an outside system noted of itself, as far as it notes it. */
export type Noted = Readonly<{
  job: string;
  step: string;
  action: string;
  address?: string;
  fence?: number;
  before?: string | null;
  after?: string | null;
}>;

/** All that is known of one operation: its events by number, each once. */
export type Told = Readonly<{ id: string; events: readonly Envelope[] }>;

/** What the definitions say that are in force, as they were drawn. */
export type Defined = Readonly<{
  /** <product>/<component> → what it is built with, those whose address it is configured with, and whether it runs only once. */
  components: ReadonlyMap<string, Readonly<{ builtWith: readonly string[]; asks: readonly string[]; job: boolean }>>;
  /** Environment → what follows there on a failure, where nobody asks for anything else. */
  policies: ReadonlyMap<string, string>;
}>;

/** What the laws judge by: the event record, the targets' own logs, and, where it was drawn, what was defined. */
export type Evidence = Readonly<{
  /** By key, in the order of the topic, repeats too. */
  keys: ReadonlyMap<string, readonly Occurrence[]>;
  operations: readonly Told[];
  effects: readonly Noted[];
  /** How a job ended by the word of the target: null where nobody asked it. */
  endOf: ((job: string) => string | null) | null;
  defined: Defined | null;
}>;

/** A law: each way in which it is broken, in a sentence. */
export type Law = (evidence: Evidence) => readonly string[];

export function evidenceOf(
  record: readonly Occurrence[],
  effects: readonly Noted[],
  endOf: Evidence['endOf'] = null,
  defined: Evidence['defined'] = null,
): Evidence {
  const keys = new Map<string, Occurrence[]>();
  for (const one of record) {
    const known = keys.get(one.event.subject);
    if (known === undefined) keys.set(one.event.subject, [one]);
    else known.push(one);
  }
  const operations = [...keys].flatMap(([key, occurrences]): readonly Told[] => {
    if (!key.startsWith('operation/')) return [];
    const first = new Map<number, Envelope>();
    for (const { event } of occurrences) if (!first.has(event.sequence ?? 0)) first.set(event.sequence ?? 0, event);
    return [{ id: key.slice('operation/'.length), events: [...first.values()] }];
  });
  return { keys, operations, effects, endOf, defined };
}

export type Data = Readonly<Record<string, unknown>>;
export const dataOf = (event: Envelope): Data => event.data as Data;
export const text = (event: Envelope, name: string): string => String(dataOf(event)[name]);
export const texts = (event: Envelope, name: string): readonly string[] => dataOf(event)[name] as readonly string[];

export type Planned = Readonly<{
  id: string;
  component: string;
  phase: string;
  dependsOn: readonly string[];
  undo: string;
  attempts: number;
}>;

export const planOf = ({ events }: Told): readonly Planned[] =>
  events.flatMap((event) => (event.type === 'StepsPlanned' ? (dataOf(event)['steps'] as readonly Planned[]) : []));

/** What was asked for, once it is in the record. */
export const requestOf = ({ events }: Told): Data | null => {
  const request = events.find(({ type }) => type === 'OperationRequested');
  return request === undefined ? null : dataOf(request);
};

/** The jobs of an operation. */
export const jobsOf = ({ events }: Told): ReadonlySet<string> =>
  new Set(events.flatMap((event) => (event.type === 'StepRequested' ? [text(event, 'job')] : [])));

export const componentOf = (step: string): string => step.slice(0, step.indexOf('/'));

export const isEnding = (type: string): boolean =>
  /^Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled|Refused|Planned)$/.test(type);
