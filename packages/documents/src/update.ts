import type { Update } from './documents.ts';
import { Refused } from './errors.ts';
import { isObject, type Json } from './json.ts';
import { segmentsOf } from './names.ts';

type Change = (before: unknown, operand: unknown, path: string) => unknown;

const changes: Readonly<Record<string, Change>> = {
  $set: (_, operand) => operand ?? null,
  $setOnInsert: (_, operand) => operand ?? null,
  $inc: (before, operand, path) => {
    if (typeof operand !== 'number') throw new Refused(`$inc of ${path} takes a number`, 14);
    if (before !== undefined && typeof before !== 'number') throw new Refused(`$inc of ${path}: what is there is not a number`, 14);
    return (before ?? 0) + operand;
  },
  $max: (before, operand, path) => (before === undefined || compare(operand, before, path) > 0 ? operand : before),
  $push: (before, operand, path) => [...listAt(before, '$push', path), ...itemsOf(operand, '$push', path)],
  $addToSet: (before, operand, path) => {
    const list = [...listAt(before, '$addToSet', path)];
    const there = new Set(list.map((item) => JSON.stringify(item)));
    for (const item of itemsOf(operand, '$addToSet', path)) {
      const text = JSON.stringify(item);
      if (!there.has(text)) list.push(item);
      there.add(text);
    }
    return list;
  },
};

type Step = Readonly<{ operator: string; path: string; segments: readonly string[]; operand: unknown }>;

/** An update, judged as far as it can be without a document. The result changes the document given to it. */
export function updaterOf(update: Update): (document: Json, inserting: boolean) => void {
  const steps = Object.entries(update).flatMap(([operator, fields]) => stepsOf(operator, fields));
  if (steps.length === 0 && Object.keys(update).length === 0) throw new Refused('an update needs operators like $set', 9);
  refuseConflicts(steps);
  return (document, inserting) => {
    for (const step of steps) if (inserting || step.operator !== '$setOnInsert') apply(document, step);
  };
}

function stepsOf(operator: string, fields: unknown): readonly Step[] {
  if (operator !== '$unset' && !Object.hasOwn(changes, operator)) throw new Refused(`the update operator ${operator} is not supported`, 9);
  if (fields === undefined) return [];
  if (!isObject(fields)) throw new Refused(`${operator} takes fields and values`, 9);
  return Object.entries(fields).map(([path, operand]) => ({ operator, path, segments: segmentsOf(path), operand }));
}

function refuseConflicts(steps: readonly Step[]): void {
  const paths = new Set<string>();
  for (const { path } of steps) {
    if (paths.has(path)) throw new Refused(`the update would change ${path} twice`, 40);
    paths.add(path);
  }
  for (const { path, segments } of steps)
    for (let length = 1; length < segments.length; length++)
      if (paths.has(segments.slice(0, length).join('.'))) throw new Refused(`the update would change ${path} and what contains it`, 40);
}

function apply(document: Json, { operator, path, segments, operand }: Step): void {
  const last = segments.at(-1) ?? '';
  if (operator === '$unset') {
    const holder = holderOf(document, segments, path, false);
    if (Array.isArray(holder)) {
      if (Number(last) < holder.length) holder[Number(last)] = null;
    } else if (holder !== undefined) delete holder[last];
    return;
  }
  const holder = holderOf(document, segments, path, true);
  const change = changes[operator];
  if (holder === undefined || change === undefined) return;
  if (Array.isArray(holder)) holder[indexIn(holder, last, path)] = change(holder[Number(last)], operand, path);
  else holder[last] = change(Object.hasOwn(holder, last) ? holder[last] : undefined, operand, path);
}

/** What holds the last segment; made where it is missing, if asked to; undefined: there is nothing. */
function holderOf(document: Json, segments: readonly string[], path: string, making: boolean): Json | unknown[] | undefined {
  let here: Json | unknown[] = document;
  for (const segment of segments.slice(0, -1)) {
    const next: unknown = Array.isArray(here) ? here[Number(segment)] : Object.hasOwn(here, segment) ? here[segment] : undefined;
    if (Array.isArray(next) || isObject(next)) here = next;
    else if (!making) return undefined;
    else if (next !== undefined) throw new Refused(`${path} cannot be set: ${segment} is not an object`, 28);
    else here = make(here, segment, path);
  }
  return here;
}

function make(here: Json | unknown[], segment: string, path: string): Json {
  const made: Json = {};
  if (Array.isArray(here)) here[indexIn(here, segment, path)] = made;
  else here[segment] = made;
  return made;
}

/** A gap is filled with null, as MongoDB does. */
function indexIn(list: unknown[], segment: string, path: string): number {
  const index = Number(segment);
  if (!/^\d+$/.test(segment) || index > list.length + 10_000)
    throw new Refused(`${path} cannot be set: ${segment} is not an index of a list`, 28);
  while (list.length < index) list.push(null);
  return index;
}

function listAt(before: unknown, operator: string, path: string): readonly unknown[] {
  if (before === undefined) return [];
  if (!Array.isArray(before)) throw new Refused(`${operator} to ${path}: what is there is not a list`);
  return before;
}

function itemsOf(operand: unknown, operator: string, path: string): readonly unknown[] {
  if (!isObject(operand) || !Object.keys(operand).some((key) => key.startsWith('$'))) return [operand ?? null];
  if (Object.keys(operand).join() !== '$each' || !Array.isArray(operand['$each']))
    throw new Refused(`${operator} to ${path} knows no modifier but $each with a list`);
  return operand['$each'];
}

const rank = (value: unknown): number => ['null', 'number', 'string', 'boolean'].indexOf(value === null ? 'null' : typeof value);

function compare(a: unknown, b: unknown, path: string): number {
  if (rank(a) < 0 || rank(b) < 0) throw new Refused(`$max of ${path} compares plain values only`);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}
