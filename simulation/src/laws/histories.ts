import type { Doc, Written } from '../witness.ts';

/** How far each key was decided: what is committed. */
export type Committed = Map<string, number>;

/** I7, I9, judged at every write to the store, whoever writes, zombies too: what is insert-only never changes; a closed job stays closed with
 *  its report; start rights, reports, fences and positions never go back; no position of a view runs ahead of what is committed. */
export function history(written: Written, committed: Committed): readonly string[] {
  const { collection, before, after } = written;
  const place = `${collection} ${before?._id ?? after?._id}`;
  if (collection === 'decisions' && after !== null) committed.set(String(after['key']), Number(after['last']));
  const broken: string[] = [];
  if (before !== null && isInsertOnly(collection))
    broken.push(`I9 ${place} is insert-only and was ${after === null ? 'deleted' : 'changed'}`);
  if (collection.endsWith('.jobs') && before !== null) broken.push(...jobs(place, before, after));
  if (collection.endsWith('.fences') && number(after, 'fence') < number(before, 'fence')) broken.push(`I9 ${place} went back`);
  if (collection === 'timers' && before !== null) broken.push(...timers(place, before, after));
  if (isView(collection)) broken.push(...positions(place, written, committed));
  return broken;
}

const isInsertOnly = (collection: string): boolean =>
  collection === 'decisions' || collection === 'rawEvents' || collection === 'frozen' || collection.endsWith('.restorePoints');
const isView = (collection: string): boolean => collection === 'operations' || collection === 'steps' || collection === 'positions';

const number = (doc: Doc | null, name: string): number => {
  const value = doc?.[name];
  return typeof value === 'number' ? value : 0;
};

const part = (doc: Doc | null, name: string): Doc | null => {
  const value = doc?.[name];
  return typeof value === 'object' && value !== null ? { ...value, _id: name } : null;
};

function jobs(place: string, before: Doc, after: Doc | null): readonly string[] {
  if (after === null) return [`I9 ${place} was deleted`];
  const [was, is] = [part(before, 'report'), part(after, 'report')];
  const broken: string[] = [];
  if (before['state'] === 'closed' && after['state'] !== 'closed') broken.push(`I9 ${place} was closed and is ${String(after['state'])}`);
  if (before['state'] === 'closed' && !sameReport(was, is)) broken.push(`I9 ${place} was closed and says something else`);
  if (number(part(after, 'startRight'), 'number') < number(part(before, 'startRight'), 'number'))
    broken.push(`I9 ${place}: its start right went back`);
  if (number(is, 'number') < number(was, 'number')) broken.push(`I9 ${place}: its report went back`);
  if (before['cancelAsked'] === true && after['cancelAsked'] !== true) broken.push(`I9 ${place}: that cancel was asked for is forgotten`);
  return broken;
}

/** All but whether it was said. */
const sameReport = (was: Doc | null, is: Doc | null): boolean =>
  JSON.stringify({ ...was, said: null }) === JSON.stringify({ ...is, said: null });

function timers(place: string, before: Doc, after: Doc | null): readonly string[] {
  if (after === null || after['due'] !== before['due']) return [`protocol 28: the instant of ${place} changed`];
  return before['fired'] === true && after['fired'] !== true ? [`protocol 28: ${place} had fired and has not`] : [];
}

function positions(place: string, { collection, before, after }: Written, committed: Committed): readonly string[] {
  if (after === null) return [`I7 ${place} was deleted`];
  const key = collection === 'positions' ? after._id : `operation/${String(collection === 'steps' ? after['operation'] : after._id)}`;
  const [was, is, most] = [number(before, 'number'), number(after, 'number'), committed.get(key) ?? 0];
  return [
    ...(is < was ? [`I7 ${place} went back from ${was} to ${is}`] : []),
    ...(is > most ? [`I7 ${place} is at ${is}, and ${most} is committed`] : []),
  ];
}
