import type { Route } from '@srm/service';
import type { ApiSchemas } from '@srm/schemas';
import { lastHeard } from '../heard.ts';
import { bridgesOf, usualBridges } from '../status/bridges.ts';
import { asideOf, type Facts } from '../status/facts.ts';
import { findingsOf } from '../status/findings.ts';
import { openStatuses } from '../status/open-statuses.ts';
import { openLetters } from '../status/open-letters.ts';
import { stuckOf } from '../status/stuck.ts';
import type { Stores } from '../stores.ts';
import type { OperationView, StepView } from '../views/operation-view.ts';
import type { ResourceView } from '../views/other-views.ts';
import type { Restored } from './restored.ts';
import { reading, type Parts } from './parts.ts';
import { invalid } from './problem.ts';
import { queryOf } from './query.ts';

/** More are not looked at. */
const most = 1000;

/** How SRM itself is. `facts`: null where nobody knows more than the views do. */
export const getStatus = ({ stores, clock }: Parts, facts: (() => Promise<Facts>) | null, restored: Restored | null): Route =>
  reading('/v1/status', async (request) => {
    const query = queryOf(request);
    query.nothingElse();
    if (query.errors.length > 0) return invalid(query.errors, 400);
    const now = clock.now();
    const since = restored === null || restored.isOver() ? null : restored;
    const json = statusJson(await seen(stores), facts === null ? null : await told(stores, await facts()), since, now);
    return { status: 200, headers: { 'Cache-Control': 'no-store' }, json };
  });

const told = async (stores: Stores, facts: Facts): Promise<Facts> => ({
  ...facts,
  deadLetters: await openLetters(stores, facts.deadLetters),
});

type Seen = Readonly<{
  operations: ReadonlyMap<string, OperationView>;
  steps: readonly StepView[];
  heard: ReadonlyMap<string, string>;
  unhealthy: readonly ResourceView[];
  uncertain: readonly ResourceView[];
}>;

/** Operations that have not ended, and their steps that are under way or tried again later. */
async function seen(stores: Stores): Promise<Seen> {
  const found = await stores.operations.find({ status: { $in: [...openStatuses] } }, { sort: { place: 1 }, limit: most }).toArray();
  const operations = new Map(found.map((operation) => [operation._id, operation]));
  const underWay = { state: { $in: ['requested', 'started'] } };
  const moving = await stores.steps.find(underWay, { sort: { since: 1 }, limit: most }).toArray();
  const retrying = await stores.steps.find({ retryAt: { $gt: '' } }, { sort: { retryAt: 1 }, limit: most }).toArray();
  const steps = [...moving, ...retrying].filter(({ operation }) => operations.has(operation));
  const unhealthy = await stores.resources.find({ 'observed.health': 'unhealthy' }, { sort: { _id: 1 }, limit: most }).toArray();
  const uncertain = await stores.resources.find({ state: 'uncertain' }, { sort: { _id: 1 }, limit: most }).toArray();
  return {
    operations,
    steps,
    unhealthy,
    uncertain,
    heard: await lastHeard(stores, new Set([...usualBridges, ...steps.map(({ bridge }) => bridge)])),
  };
}

function statusJson(
  { operations, steps, heard, unhealthy, uncertain }: Seen,
  facts: Facts | null,
  restored: Restored | null,
  now: number,
): ApiSchemas['schemas']['Status'] {
  const hearing = { heard, now };
  const own = byOperation(steps);
  const stuck = [...operations.values()].flatMap((operation) => stuckOf(operation, own.get(operation._id) ?? [], hearing) ?? []);
  const findings = [...findingsOf({ operations, stuck, unhealthy, uncertain, facts, restored }, now)];
  const timers = steps.flatMap(({ operation, id: step, retryAt }) => (retryAt === null ? [] : [{ operation, step, at: retryAt }]));
  return {
    well: !findings.some(({ grave }) => grave),
    findings,
    now: new Date(now).toISOString(),
    version: facts?.version ?? null,
    startedAt: facts === null ? null : new Date(facts.startedAt).toISOString(),
    uptime: facts === null ? null : now - facts.startedAt,
    openOperations: operations.size,
    stuckOperations: stuck,
    bridges: [...bridgesOf(steps, hearing)],
    timers,
    lag: [...(facts?.lag ?? [])],
    deadLetters: (facts?.deadLetters ?? []).map(({ newest, ...rest }) => ({
      ...rest,
      newest: newest.map(({ at, ...letter }) => ({ ...letter, at: new Date(at).toISOString() })),
    })),
    setAside: (facts?.services ?? []).flatMap((health) =>
      asideOf(health).map(({ what, reason, since }) => ({ service: health.service, what, reason, since: new Date(since).toISOString() })),
    ),
    disk: facts?.disk ?? null,
  };
}

function byOperation(steps: readonly StepView[]): ReadonlyMap<string, readonly StepView[]> {
  const all = new Map<string, StepView[]>();
  for (const step of steps) {
    const own = all.get(step.operation);
    if (own === undefined) all.set(step.operation, [step]);
    else own.push(step);
  }
  return all;
}
