import type { PlanRefused, PlanSliced } from '@srm/schemas';

export type PlanStep = PlanSliced['data']['steps'][number];
export type PlanInputs = PlanStep['inputs'];
export type PlanError = PlanRefused['data']['errors'][number];

const minute = 60_000;
const bridges = {
  compile: 'ci',
  package: 'ci',
  configure: 'scm',
  publish: 'scm',
  withdraw: 'scm',
  deploy: 'sem',
  start: 'sem',
  stop: 'sem',
  restart: 'sem',
  destroy: 'sem',
  scale: 'sem',
} as const;
export type StepPhase = keyof typeof bridges;

const drivers = { ci: 'local', scm: 'file' } as const;
const usual: Readonly<Record<StepPhase, Pick<PlanStep, 'undo' | 'deadline' | 'attempts' | 'backoff'>>> = {
  compile: { undo: 'none', deadline: 30 * minute, attempts: 3, backoff: 1000 },
  package: { undo: 'none', deadline: 10 * minute, attempts: 3, backoff: 1000 },
  configure: { undo: 'none', deadline: 2 * minute, attempts: 3, backoff: 1000 },
  deploy: { undo: 'auto', deadline: 5 * minute, attempts: 1, backoff: 1000 },
  publish: { undo: 'auto', deadline: 2 * minute, attempts: 3, backoff: 1000 },
  start: { undo: 'auto', deadline: 5 * minute, attempts: 1, backoff: 1000 },
  stop: { undo: 'auto', deadline: 5 * minute, attempts: 1, backoff: 1000 },
  restart: { undo: 'none', deadline: 5 * minute, attempts: 1, backoff: 1000 },
  destroy: { undo: 'auto', deadline: 5 * minute, attempts: 1, backoff: 1000 },
  scale: { undo: 'auto', deadline: 5 * minute, attempts: 1, backoff: 1000 },
  withdraw: { undo: 'auto', deadline: 2 * minute, attempts: 3, backoff: 1000 },
};

/** Where steps that touch the environment act; null: no environment is touched. */
export type Where = Readonly<{ driver: string; target: string }> | null;

export const stepId = (component: string, phase: StepPhase): string => `${component}/${phase}`;

/** A step with what is usual of its phase: bridge, driver, undo, deadline in milliseconds, attempts. */
export function stepOf(component: string, phase: StepPhase, where: Where, dependsOn: readonly string[], inputs: PlanInputs): PlanStep {
  const bridge = bridges[phase];
  const driver = bridge === 'sem' ? (where?.driver ?? '') : drivers[bridge];
  const id = stepId(component, phase);
  return {
    id,
    component,
    phase,
    bridge,
    action: phase,
    driver,
    target: where?.target ?? null,
    dependsOn,
    inputs,
    noReturn: null,
    ...usual[phase],
  };
}

/** The entries of a map by name: the order they were written in means nothing. */
export const byName = <T>(map: Readonly<Record<string, T>>): readonly (readonly [string, T])[] =>
  Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));

/** Inputs that are known when planned. */
export const known = (values: Readonly<Record<string, string>>): PlanInputs =>
  Object.entries(values).map(([name, value]) => ({ name, value, step: null, output: null }));

/** What a component needs to be up, where the edges of its steps do not say all of it: for who does it again. */
export const needsInput = (needs: readonly string[]): PlanInputs => known({ needs: JSON.stringify(needs) });

/** An input that another step's output gives. */
export const given = (name: string, step: string, output: string): PlanInputs[number] => ({ name, value: null, step, output });

export const inDocument = (document: string | null, pointer: string, detail: string): PlanError => ({
  pointer,
  document,
  line: null,
  column: null,
  detail,
});

export const inRequest = (pointer: string, detail: string): PlanError => inDocument(null, pointer, detail);
