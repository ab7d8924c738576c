import { componentsOf } from './states.js';
import { words } from './words.js';

/** What the undo came to, by component, once it is over and known what runs now; components that became the same are named together. */
export function undoneOf({ status }, steps, resources) {
  if (resources === null || !['compensated', 'compensation-failed', 'cancelled'].includes(status)) return '';
  const components = componentsOf(steps);
  const known = new Map(resources.map((resource) => [resource.component, resource]));
  const alike = new Map();
  for (const { name, steps: own, undo } of components) {
    if (!undo.some(({ state }) => state === 'succeeded')) continue;
    const say = becameOf(own, undo, known.get(name));
    alike.set(say(''), { say, names: [...(alike.get(say(''))?.names ?? []), name] });
  }
  const rest = components.filter((one) => one.undo.length === 0 && one.steps.some(({ phase }) => phase === 'deploy')).length;
  const said = [...alike.values()].map(({ say, names }) => say(names.join(', ')));
  return [...said, ...(rest > 0 ? [words().untouched(rest)] : [])].join(words().and);
}

/** By what its bridge found before, else by what is believed of it. */
function becameOf(steps, undo, resource) {
  const { asBefore, backTo, destroyed, unsure } = words();
  const isUndone = ({ id, phase }) => phase === 'deploy' && undo.some(({ undoes, state }) => undoes === id && state === 'succeeded');
  if (steps.some((step) => step.was === 'absent' && isUndone(step))) return destroyed;
  if (resource === undefined || resource.state === 'absent') return destroyed;
  if (resource.state === 'uncertain') return unsure;
  return resource.version === null ? asBefore : (names) => backTo(names, resource.version);
}
