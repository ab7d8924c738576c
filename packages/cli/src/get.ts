import type { Operation, Release, Resource } from './api.ts';
import { hasEnded } from './api.ts';
import { decisionsOf } from './decisions.ts';
import { renderEnding } from './ending.ts';
import { elapsed, renderOperation } from './render.ts';
import { clock, moment, safeJson, table } from './text.ts';
import { beside, told } from './told.ts';
import type { Call } from './world.ts';
import { exit } from './world.ts';
import { kindOf, words } from './words.ts';
import type { Words } from './words.ts';

export type Filters = Readonly<{ product: string | null; environment: string | null; limit: number }>;

export async function getOperations(call: Call, filters: Filters): Promise<number> {
  const items = await call.client.operations(filters);
  return shown(call, items, [call.say.operationColumns, ...items.map((operation) => operationRow(call, operation))]);
}

export async function getResources(call: Call, filters: Filters): Promise<number> {
  const items = await call.client.resources(filters);
  return shown(call, items, [call.say.resourceColumns, ...items.map((resource) => resourceRow(call, resource))]);
}

export async function getReleases(call: Call, { product, limit }: Filters): Promise<number> {
  const items = await call.client.releases({ product, limit });
  return shown(call, items, [call.say.releaseColumns, ...items.map(releaseRow)]);
}

export async function getOperation(call: Call, id: string): Promise<number> {
  const operation = await call.client.operation(id);
  const steps = await call.client.steps(id);
  if (call.json) call.out.print(safeJson({ ...operation, stepList: steps }));
  else {
    const { language, out } = call;
    const picture = renderOperation(operation, steps, out.width, { now: call.now(), turn: 0 }, language);
    out.print([picture, ...decisionsOf(operation, steps, out.width, language)].join('\n'));
    if (hasEnded(operation)) out.print(renderEnding(operation, steps, null, language, call.named));
  }
  return exit.succeeded;
}

/** All there is of the log; nothing is waited for. */
export async function getLog(call: Call, id: string, step: string): Promise<number> {
  let all = '';
  for (let offset = 0; ;) {
    const { text, next } = await call.client.log(id, step, offset);
    all += text;
    if (text === '' || next <= offset) break;
    offset = next;
  }
  call.out.print(call.json ? safeJson({ operation: id, step, text: all }) : all.replace(/\n$/, ''));
  return exit.succeeded;
}

function shown(call: Call, items: readonly object[], rows: readonly (readonly string[])[]): number {
  if (call.json) call.out.print(safeJson(items));
  else call.out.print(items.length === 0 ? call.say.nothing : table(rows));
  return exit.succeeded;
}

function operationRow({ language, now }: Call, operation: Operation): readonly string[] {
  const { id, kind, product, version, release, environment, status, requestedAt } = operation;
  const took = clock(elapsed(operation, now()));
  return [
    id,
    kindOf(kind, language),
    product,
    version ?? release ?? '–',
    environment ?? '–',
    words[language].status[status],
    moment(requestedAt),
    took,
  ];
}

function resourceRow({ language }: Call, resource: Resource): readonly string[] {
  const { environment, product, component, state, version, outputs, since } = resource;
  const url = outputs.find(({ name, secret }) => name === 'url' && !secret)?.value ?? '–';
  const word = words[language];
  return [
    environment,
    product,
    component,
    word.state[state],
    healthOf(resource, word),
    version ?? '–',
    url,
    moment(since),
    beside([...whyUnwell(resource).map((text) => told(text, language)), outdated(resource, word)], language),
  ];
}

/** `healthy 1/1`, `not ready 0/1, 2 restarts`; nothing where the state says it all. */
function healthOf({ observed, state }: Resource, { health }: Words): string {
  if (observed === null || state === 'absent') return '–';
  const ready = observed.wanted === 0 ? '' : ` ${observed.ready}/${observed.wanted}`;
  return `${health[observed.health]}${ready}${observed.restarts === 0 ? '' : `, ${health.restarts(observed.restarts)}`}`;
}

const whyUnwell = ({ observed, state }: Resource): readonly string[] =>
  observed === null || state === 'absent' ? [] : [observed.drift, observed.reason].filter((text) => text !== null);

const outdated = ({ configurationOutdated: old }: Resource, { outdated: say }: Words): string =>
  old === null ? '' : say(old.outputs.join(', '), moment(old.since));

const releaseRow = ({ product, version, state, components, takenAt }: Release): readonly string[] => [
  product,
  version,
  state,
  String(components),
  moment(takenAt),
];
