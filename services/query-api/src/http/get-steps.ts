import type { Answer, Request } from '@srm/service';
import { lastHeardOf } from '../heard.ts';
import type { OperationView, StepView } from '../views/operation-view.ts';
import { building, finished, waitsOf } from '../views/waits.ts';
import type { Stores } from '../stores.ts';
import { cut } from './page.ts';
import { idIn, operationNow, type Parts } from './parts.ts';
import { stepJson } from './present.ts';
import { invalid, notFound } from './problem.ts';
import { queryOf } from './query.ts';

const usual = 200;
const most = 1000;

/** A page of an operation's steps, or of those that are named: `{ items, next }`. */
export async function getSteps(parts: Parts, request: Request): Promise<Answer> {
  const id = idIn(request);
  const list = `steps of ${id}`;
  const query = queryOf(request);
  const limit = query.whole('limit', { least: 1, most }) ?? usual;
  const past = query.wholeCursor(list) ?? -1;
  const named = query.text('named')?.split(',') ?? null;
  query.nothingElse();
  if (query.errors.length > 0) return invalid(query.errors, 400);
  const view = await operationNow(parts, id);
  if (view === null) return notFound(`operation ${id}`);
  const found = await stepsAfter(parts.stores, view, { named, past, limit: limit + 1 });
  const { shown, next } = cut(found, limit, { name: list, placeOf: ({ place }) => String(place) });
  const waits = await waitsIn(parts, view, shown);
  return {
    status: 200,
    headers: { 'Cache-Control': 'no-cache' },
    json: { items: shown.map((step) => stepJson(step, waits(step))), next },
  };
}

type Wanted = Readonly<{ named: readonly string[] | null; past: number; limit: number }>;

/** Before the plan counts there are none. */
async function stepsAfter({ steps }: Stores, view: OperationView, { named, past, limit }: Wanted): Promise<readonly StepView[]> {
  if (view.steps === 0 && view.planDigest === null) return [];
  const those = named === null ? { operation: view._id } : { _id: { $in: named.map((name) => `${view._id}/${name}`) } };
  return steps.find({ ...those, place: { $gt: past } }, { sort: { place: 1 }, limit }).toArray();
}

/** Why the steps of a page wait, with what they depend on beside them. */
async function waitsIn({ stores, clock }: Parts, view: OperationView, page: readonly StepView[]): Promise<ReturnType<typeof waitsOf>> {
  const here = new Set(page.map(({ id }) => id));
  const planned = page.filter(({ state }) => view.ending === null && state === 'planned');
  const elsewhere = new Set(planned.flatMap(({ dependsOn }) => dependsOn).filter((id) => !here.has(id)));
  const before =
    elsewhere.size === 0 ? [] : await stores.steps.find({ _id: { $in: [...elsewhere].map((id) => `${view._id}/${id}`) } }).toArray();
  const barred = view.pipeline === 'buildFirst' && planned.some(({ phase }) => !building.has(phase));
  const unbuilt = barred ? await unbuiltOf(stores, view._id) : 0;
  const hearing = { heard: await lastHeardOf(stores, page), now: clock.now() };
  return waitsOf(view, { steps: [...page, ...before], unbuilt }, hearing);
}

const unbuiltOf = ({ steps }: Stores, operation: string): Promise<number> =>
  steps.countDocuments({ operation, phase: { $in: [...building] }, state: { $nin: [...finished] } });
