import { placeholdersIn, type Product, type Running } from '@srm/definitions';
import type { Before } from './before.ts';
import { resourcesOf } from './components.ts';
import type { PlanStep } from './step.ts';

/** Of each component that a plan deploys: output → its template. */
export type Templates = Map<string, ReadonlyMap<string, string>>;

export const templatesIn = (steps: readonly PlanStep[]): Templates =>
  new Map(
    steps
      .filter(({ phase }) => phase === 'deploy')
      .map(({ component, inputs }) => [component, templateOf(inputs.find(({ name }) => name === 'outputs')?.value)]),
  );

export function templateOf(json: string | null | undefined): ReadonlyMap<string, string> {
  const value: unknown = JSON.parse(json ?? '{}');
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** What runs gives, and the templates that it was deployed with, as far as they are known. */
type Known = Readonly<{
  given: (component: string, output: string) => string | undefined;
  former: (component: string, output: string) => string | undefined;
  /** Does it run with this output of another one, `store.url`, that is another one by now? */
  runsWithFormer: (component: string, output: string) => boolean;
}>;

export function knownOf(product: Product, running: readonly Running[], { operations, outdated }: Before): Known {
  const there = resourcesOf(product, running);
  return {
    given: (component, output) => {
      const resource = there.get(component);
      return resource?.state === 'absent' ? undefined : resource?.outputs.find(({ name }) => name === output)?.value;
    },
    former: (component, output) => {
      const step = operations.get(there.get(component)?.deployed ?? '')?.steps.get(`${component}/deploy`);
      const json = step?.plan.inputs.find(({ name }) => name === 'outputs')?.value;
      return json === undefined ? undefined : templateOf(json).get(output);
    },
    runsWithFormer: (component, output) =>
      outdated.get(`${product.metadata.name}/${component}`)?.some(({ name }) => name === output) === true,
  };
}

/** Whether an output of what is deployed will be another one, as far as that can be seen before: addresses stay as they are. */
export function changesOf({ given, former, runsWithFormer }: Known, templates: Templates): (component: string, output: string) => boolean {
  const known = new Map<string, boolean>();
  const changes = (component: string, output: string): boolean => {
    const template = templates.get(component)?.get(output);
    if (template === undefined) return false;
    const key = `${component}.${output}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, false);
    const value = given(component, output);
    const follows = placeholdersIn(template).some((name) => {
      const [family, other = '', its = ''] = name.split('.');
      return family === 'components' && (changes(other, its) || runsWithFormer(component, `${other}.${its}`));
    });
    const another = (former(component, output) ?? template) !== template;
    const changed = value === undefined || follows || another || !couldGive(template, value);
    known.set(key, changed);
    return changed;
  };
  return changes;
}

/** Could the template come to this value? What its placeholders stand for is not known yet. */
function couldGive(template: string, value: string): boolean {
  const literals = [''];
  for (const part of template.split(/(\$\$\{|\$\{[^}]*\})/))
    if (part.startsWith('${')) literals.push('');
    else literals.push(`${literals.pop()}${part === '$${' ? '${' : part}`);
  const [first = '', ...rest] = literals;
  const last = rest.pop();
  if (last === undefined) return value === first;
  // Each literal at its first place after the one before: no other choice fits where this one does not.
  let at = first.length;
  const end = value.length - last.length;
  if (end < at || !value.startsWith(first) || !value.endsWith(last)) return false;
  for (const text of rest) {
    const found = value.indexOf(text, at);
    if (found < 0 || found + text.length > end) return false;
    at = found + text.length;
  }
  return true;
}
