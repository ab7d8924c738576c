import type { Job } from '@srm/bridge';
import type { Decision } from './decision.ts';
import { itemOf, type Items } from './items.ts';
import { formersOf, type Former } from './wants.ts';
import type { Kept, Write } from './work.ts';

const prefix = 'output:';

const published = (job: Job): readonly (readonly [string, string])[] =>
  [...job.inputs].flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : []));

/** JSON text { items: [{ key, value, revision }] }: what stands of the outputs that are to be published, or withdrawn. */
export async function formerItems(job: Job, items: Items): Promise<string> {
  const formers: Former[] = [];
  const keys = job.action === 'withdraw' ? (await items.standing(job)).map(({ key }) => key) : published(job).map(([key]) => key);
  for (const key of keys) {
    const latest = await items.latest(itemOf(job, key));
    formers.push({ key, value: latest?.value ?? null, revision: latest?.revision ?? 0 });
  }
  return JSON.stringify({ items: formers });
}

/** New revisions of the outputs that are not what stands already. */
export async function publish(job: Job, items: Items): Promise<Decision> {
  const writes: Write[] = [];
  const kept: Kept[] = [];
  for (const [key, value] of published(job)) {
    const latest = await items.latest(itemOf(job, key));
    if (latest !== null && latest.value === value) kept.push({ key, revision: latest.revision });
    else writes.push({ key, value, revision: (latest?.revision ?? 0) + 1 });
  }
  return { writes, kept, left: [], end: null };
}

/** All that the component has published and that still stands is removed, by a revision of its own. */
export async function withdraw(job: Job, items: Items): Promise<Decision> {
  const writes = (await items.standing(job)).map(({ key, revision }) => ({ key, value: null, revision: revision + 1 }));
  return { writes, kept: [], left: [], end: null };
}

export const stays = (job: Job, key: string): string => `${job.component}.${key} was set by somebody else since; it stays as it is`;

/** The former values as new revisions, but only where what stands was written by the operation that is undone. */
export async function unpublish(job: Job, items: Items): Promise<Decision> {
  const writes: Write[] = [];
  const kept: Kept[] = [];
  const left: string[] = [];
  for (const { key, value, revision } of formersOf(job.restorePoint)) {
    const latest = await items.latest(itemOf(job, key));
    if (latest === null || latest.revision === revision) continue;
    if (latest.operation !== job.operation) left.push(stays(job, key));
    else if (latest.value === value) kept.push({ key, revision: latest.revision });
    else writes.push({ key, value, revision: latest.revision + 1 });
  }
  return { writes, kept, left, end: null };
}
