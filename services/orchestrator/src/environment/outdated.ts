import type { FreeLease, ResourceOutdated } from '@srm/schemas';
import { nameIn } from '../address.ts';
import type { EnvironmentState } from './state.ts';

type Freed = Pick<FreeLease['data'], 'operation' | 'outcome' | 'consumers'>;
type Outputs = ResourceOutdated['data']['outputs'];

/** Whoever runs with an output that is another one now, and whoever runs with what is given again. Judged by what was given and is given, not by what was planned. */
export function outdated(state: EnvironmentState, freed: Freed): readonly ResourceOutdated[] {
  const { tenant, environment } = state;
  const changes = changedOutputs(state, freed);
  if (changes.size === 0) return [];
  const found = new Map<string, Outputs>();
  for (const [component, outputs] of state.outdated) {
    const left = outputs.filter(({ name, was }) => changes.get(within(component, name))?.now !== was);
    if (left.length < outputs.length) found.set(component, left);
  }
  for (const { component, of, output } of freed.consumers ?? []) {
    const change = changes.get(`${of}.${output}`);
    const name = `${nameIn(of)}.${output}`;
    const before = state.outdated.get(component) ?? [];
    const known = found.get(component) ?? before;
    if (change === undefined || [...before, ...known].some((one) => one.name === name)) continue;
    found.set(component, [...known, { name, was: change.before }]);
  }
  return [...found].map(([component, outputs]) => ({
    type: 'ResourceOutdated',
    data: { tenant, environment, component, operation: freed.operation, outputs },
  }));
}

/** `shop/cart` is configured with `catalogue.url`, which is `shop/catalogue.url`. */
const within = (component: string, name: string): string => `${component.slice(0, component.indexOf('/'))}/${name}`;

type Change = Readonly<{ before: string | null; now: string }>;

/** Of what was deployed: by <product>/<component>.<output>. What went and came again may give the same. */
function changedOutputs(state: EnvironmentState, { outcome }: Freed): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>();
  for (const { component, state: now, deployed, operation, outputs } of outcome) {
    if (now === 'uncertain' || now === 'absent' || deployed !== operation) continue;
    const known = state.running.get(component) ?? state.changed.get(component)?.was ?? null;
    for (const { name, value } of outputs) {
      const before = known?.outputs.find((output) => output.name === name)?.value ?? null;
      if (before !== value) changes.set(`${component}.${name}`, { before, now: value });
    }
  }
  return changes;
}
