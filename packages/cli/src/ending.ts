import type { Operation, Resource, Step } from './api.ts';
import { elapsed } from './render.ts';
import { rowsOf, type Row } from './row.ts';
import { clock } from './text.ts';
import { beside, named, told } from './told.ts';
import { command, words } from './words.ts';
import type { Lang, Words } from './words.ts';

/** The lines that say how an operation ended, why, what stays behind, and how to see more.
 *  resources: as they were when it ended; null: that is not known. server: of the commands that are named, null where they find it by themselves. */
export function renderEnding(
  operation: Operation,
  steps: readonly Step[],
  resources: readonly Resource[] | null,
  lang: Lang,
  server: string | null = null,
): string {
  const suffix = server === null ? '' : ` --server ${server}`;
  const word = words[lang];
  const { status } = operation;
  if (status === 'planned') return `✔ ${word.status.planned}`;
  if (status === 'succeeded') return successOf(operation, steps, resources ?? [], lang);
  const lines = [
    `✖ ${named(word.status[status], beside([told(operation.reason ?? '', lang), ...compensation(operation, steps, resources, word)], lang), lang)}`,
  ];
  for (const step of failedOf(steps)) lines.push(`  ${word.why} ${command} get log ${operation.id} ${step.id}${suffix}`);
  return [...lines, ...remains(operation, lang)].join('\n');
}

function successOf(operation: Operation, steps: readonly Step[], resources: readonly Resource[], lang: Lang): string {
  const word = words[lang];
  const took = word.endedIn(word.status.succeeded, clock(elapsed(operation, 0)));
  const summary = beside([took, runningOf(resources, word)], lang);
  const opened = addressesOf(steps, resources).map(({ component, url }) => `${word.open} ${url}  (${component})`);
  const first = opened.length === 1 ? [`✔ ${summary}         ${opened[0]}`] : [`✔ ${summary}`, ...opened.map((one) => `  ${one}`)];
  return [...first, ...remains(operation, lang)].join('\n');
}

/** `6 running`, `5 running, 1 stopped` */
export function runningOf(resources: readonly Resource[], word: Words): string {
  const shown = (['running', 'stopped', 'uncertain'] as const).map(
    (state) => [state, resources.filter((resource) => resource.state === state).length] as const,
  );
  return shown
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${word.state[state]}`)
    .join(', ');
}

/** Addresses of what nothing else of the operation depends on: the front doors of what it is about. */
export function addressesOf(
  steps: readonly Step[],
  resources: readonly Resource[],
): readonly Readonly<{ component: string; url: string }>[] {
  const owner = new Map(steps.map(({ id, component }) => [id, component]));
  const needed = new Set(
    steps.flatMap(({ component, dependsOn }) => dependsOn.map((id) => owner.get(id)).filter((other) => other !== component)),
  );
  const own = new Set(owner.values());
  const doors = resources.filter(({ component, state }) => state === 'running' && own.has(component) && !needed.has(component));
  return doors.flatMap(({ component, outputs }) =>
    outputs.filter(({ name, secret }) => name === 'url' && !secret).map(({ value }) => ({ component, url: value })),
  );
}

const failedOf = (steps: readonly Step[]): readonly Step[] => steps.filter(({ state }) => state === 'failed');

/** `cart back to 2026.11.24-1`, `order, cart destroyed`, `5 untouched`. */
function compensation(
  { status }: Operation,
  steps: readonly Step[],
  resources: readonly Resource[] | null,
  word: Words,
): readonly string[] {
  if (status !== 'compensated' && status !== 'compensation-failed' && status !== 'cancelled') return [];
  const rows = rowsOf(steps);
  const undid = (...phases: readonly string[]): readonly Row[] =>
    rows.filter(({ undo }) => undo.some(({ state, phase }) => state === 'succeeded' && phases.includes(phase)));
  const known = resources === null ? null : new Map(resources.map((one) => [one.component, one]));
  const fates = [
    ...undid('deploy', 'publish', 'destroy', 'withdraw').map((row) => [row.component, becameOf(row, known, word)] as const),
    ...undid('start').map(({ component }) => [component, word.stoppedAgain] as const),
    ...undid('stop').map(({ component }) => [component, word.startedAgain] as const),
  ];
  const untouched = rows.filter(({ steps, undo }) => undo.length === 0 && steps.some(({ phase }) => phase === 'deploy')).length;
  return [...together(fates), untouched === 0 ? '' : word.untouched(untouched)];
}

type Fate = (names: string) => string;

/** Components that became the same are named together. */
function together(fates: readonly (readonly [string, Fate])[]): readonly string[] {
  const alike = new Map<string, { say: Fate; names: string[] }>();
  for (const [name, say] of fates) {
    const same = alike.get(say('')) ?? { say, names: [] };
    same.names.push(name);
    alike.set(say(''), same);
  }
  return [...alike.values()].map(({ say, names }) => say(names.join(', ')));
}

/** What is there again of an undone component: by what its bridge found before, else by what is believed of it. */
function becameOf({ component, steps, undo }: Row, known: ReadonlyMap<string, Resource> | null, word: Words): Fate {
  const isUndone = ({ id, phase }: Step): boolean =>
    phase === 'deploy' && undo.some(({ undoes, state }) => undoes === id && state === 'succeeded');
  if (steps.some((step) => step.was === 'absent' && isUndone(step))) return word.removedAgain;
  if (known === null) return word.asBefore;
  const resource = known.get(component);
  if (resource === undefined || resource.state === 'absent') return word.removedAgain;
  if (resource.state === 'uncertain') return word.unsure;
  const { version } = resource;
  return version === null ? word.asBefore : (names) => word.back(names, version);
}

function remains({ remarks, errors, kept, left, frozen }: Operation, lang: Lang): readonly string[] {
  const word = words[lang];
  return [
    ...(remarks ?? []).map((remark) => `  ! ${told(remark, lang)}`),
    ...errors.map(({ pointer, detail }) => `  ${pointer === '' ? told(detail, lang) : named(pointer, told(detail, lang), lang)}`),
    ...kept.map((what) => `  ${word.kept} ${told(what, lang)}`),
    ...left.map(
      ({ step, what, command: run }) => `  ${word.left} ${named(step, told(what, lang), lang)}${run === '' ? '' : `   → ${run}`}`,
    ),
    ...(frozen === null ? [] : [`  ${word.behind(told(frozen, lang))}`]),
  ];
}
