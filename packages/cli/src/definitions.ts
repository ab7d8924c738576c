import { relative } from 'node:path';
import type { DefinitionsAnswer, OperationRequest, Step } from './api.ts';
import { Refused } from './http.ts';
import type { Source } from './source.ts';
import { readSource } from './source.ts';
import { safeJson, table } from './text.ts';
import { told } from './told.ts';
import { kindOf } from './words.ts';
import { watched } from './operations.ts';
import type { Call } from './world.ts';
import { Mistake, exit } from './world.ts';

export type ReleaseOptions = Readonly<{
  environment: string | null;
  product: string | null;
  kind: OperationRequest['kind'];
  version: string | null;
}>;

/** `srm apply`: what is in force afterwards, a line each. */
export async function apply(call: Call, path: string): Promise<number> {
  const answer = await applied(call, path);
  call.out.print(call.json ? safeJson(answer) : linesOf(call, answer));
  return exit.succeeded;
}

/** `srm plan`: applies and says so, then prints the steps in order, by level, and how each would be undone. */
export async function plan(call: Call, path: string, options: ReleaseOptions, more: Partial<OperationRequest> = {}): Promise<number> {
  const request = await requestFor(call, path, options);
  if (!call.json) call.out.print(call.say.inForce);
  return preview(call, { ...request, ...more });
}

/** Kinds whose command takes the digest of a plan. */
const takesPlan: ReadonlySet<string> = new Set(['release', 'deploy', 'rollback', 'undo', 'scale']);

/** Prints what an operation would do: its remarks, its steps, its digest. */
export async function preview(call: Call, request: OperationRequest): Promise<number> {
  const asked = await call.client.request({ ...request, preview: true });
  const picture = await watched({ ...call, out: { ...call.out, live: false, print: () => {} } }, asked.id);
  if (call.json) call.out.print(safeJson(picture));
  else if (picture.operation.status === 'planned') {
    const { kind, product, environment, planDigest } = picture.operation;
    const what = `${kindOf(kind, call.language)} ${product}${environment === null ? '' : ` → ${environment}`}`;
    call.out.print(
      [
        call.say.planOf(what, picture.steps.length),
        ...(picture.operation.remarks ?? []).map((remark) => `! ${told(remark, call.language)}`),
        planTable(call, picture.steps),
        ...noReturns(call, picture.steps),
        [call.say.planDigest(planDigest ?? '–'), ...(takesPlan.has(kind) ? [call.say.onlyThis(kind)] : [])].join('   '),
      ].join('\n\n'),
    );
  } else {
    const { reason, errors } = picture.operation;
    const lines = [reason ?? '', ...errors.map(({ pointer, detail }) => `${pointer}  ${told(detail, call.language)}`)];
    call.error(`✖ ${[told(lines[0] ?? '', call.language), ...lines.slice(1)].join('\n  ')}`);
  }
  return picture.operation.status === 'planned' ? exit.succeeded : exit.refused;
}

/** Applies what is at a path, and makes the request for its product. */
export async function requestFor(call: Call, path: string, options: ReleaseOptions): Promise<OperationRequest> {
  const answer = await applied(call, path);
  if (!call.json) call.out.print(linesOf(call, answer));
  const { kind, environment, version } = options;
  return { kind, product: productOf(call, answer, options.product), environment, version, preview: false };
}

async function applied(call: Call, path: string): Promise<DefinitionsAnswer> {
  const source: Source | null = readSource(path, call.folder);
  if (source === null) throw new Mistake(call.say.noFile(path));
  return call.client.define(source.yaml, source.base).catch((error: unknown) => {
    throw error instanceof Refused ? new Refused(error.problem, relative(call.folder, source.file)) : error;
  });
}

const linesOf = ({ say }: Call, { documents }: DefinitionsAnswer): string =>
  documents.map(({ kind, name, revision }) => `✔ ${say.applied(kind, name, revision)}`).join('\n');

function productOf({ say }: Call, { documents }: DefinitionsAnswer, wanted: string | null): string {
  const names = documents.filter(({ kind }) => kind === 'Product').map(({ name }) => name);
  const [first] = names;
  if (wanted !== null) return wanted;
  if (first === undefined) throw new Mistake(say.noProduct);
  if (names.length > 1) throw new Mistake(say.whichProduct(names.join(', ')));
  return first;
}

function planTable({ say }: Call, steps: readonly Step[]): string {
  const levels = levelsOf(steps);
  const rows = steps.map((step) => ({ level: levels.get(step.id) ?? 1, step })).sort((a, b) => a.level - b.level);
  const known: Readonly<Record<string, string>> = say.undo;
  const undo = (value: string): string => known[value] ?? value;
  return table([
    say.planColumns,
    ...rows.map(({ level, step }) => [String(level), step.id, step.dependsOn.join(', ') || '–', undo(step.undo)]),
  ]);
}

/** What the plan does that is not undone, or not without a decision. */
function noReturns({ say, language }: Call, steps: readonly Step[]): readonly string[] {
  const marked = steps.filter(({ noReturn }) => typeof noReturn === 'string');
  return marked.length === 0
    ? []
    : [[say.noReturn, ...marked.map(({ id, noReturn }) => `  ⚑ ${id}: ${told(noReturn ?? '', language)}`)].join('\n')];
}

/** The level of a step is one more than the highest of what it depends on; works on the plan's order, without recursion. */
export function levelsOf(steps: readonly Pick<Step, 'id' | 'dependsOn'>[]): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  const open = new Map(steps.map(({ id, dependsOn }) => [id, dependsOn.length]));
  const behind = new Map<string, string[]>();
  for (const { id, dependsOn } of steps) for (const before of dependsOn) behind.set(before, [...(behind.get(before) ?? []), id]);
  const due = steps.filter(({ dependsOn }) => dependsOn.length === 0).map(({ id }) => id);
  for (const id of due) levels.set(id, 1);
  for (let id = due.shift(); id !== undefined; id = due.shift()) {
    for (const next of behind.get(id) ?? []) {
      levels.set(next, Math.max(levels.get(next) ?? 1, (levels.get(id) ?? 1) + 1));
      open.set(next, (open.get(next) ?? 1) - 1);
      if (open.get(next) === 0) due.push(next);
    }
  }
  return levels;
}
