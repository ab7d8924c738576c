import { componentOf, jobsOf, requestOf, text, texts, type Data, type Defined, type Evidence, type Law, type Told } from './evidence.ts';

/** What is about chosen components touches, leases and changes these alone: builds also what they are built with, and with `restartConsumers` also
 *  those that use, by way of others too, what these give. An undo is about what its operation was to touch. */
export const parts: Law = (evidence) => {
  const { defined } = evidence;
  return defined === null ? [] : evidence.operations.flatMap((told) => apart(told, evidence, defined));
};

const chosen = /^(compile|package|deploy|release|start|stop|restart|destroy)$/;

/** The components that an operation is about, by name; null: all. */
export function aboutOf(told: Told, evidence: Evidence): ReadonlySet<string> | null {
  const request = requestOf(told);
  if (request === null) return null;
  const names = request['components'] as readonly string[];
  if (chosen.test(String(request['kind']))) return names.length === 0 ? null : new Set(names);
  const undone = request['kind'] === 'undo' ? evidence.operations.find(({ id }) => id === request['of']) : undefined;
  if (undone === undefined) return null;
  const steps = undone.events.flatMap((event) => (event.type === 'StepRequested' ? [text(event, 'step')] : []));
  return new Set(steps.flatMap((step) => (/\/(compile|package)$/.test(step) ? [] : [componentOf(step)])));
}

function apart(told: Told, evidence: Evidence, defined: Defined): readonly string[] {
  const request = requestOf(told);
  const about = aboutOf(told, evidence);
  if (request === null || about === null) return [];
  const product = String(request['product']);
  const built = closure(about, (name) => defined.components.get(`${product}/${name}`)?.builtWith ?? []);
  const touched = request['restartConsumers'] === true ? closure(about, (name) => usersOf(name, product, defined)) : about;
  const jobs = jobsOf(told);
  const strange = evidence.effects.filter(
    ({ job, step, action }) => jobs.has(job) && !(/compile|package/.test(action) ? built : touched).has(componentOf(step)),
  );
  const addresses = new Set([...touched].map((name) => `${product}/${name}`));
  return [
    ...strange.map(({ step }) => `0016 ${told.id} is about ${[...about].join(', ')}, and ${step} took effect`),
    ...claimed(told, request, evidence)
      .filter((address) => !addresses.has(address))
      .map((address) => `0016 ${told.id} is about ${[...about].join(', ')}, and ${address} was leased for it or changed by it`),
  ];
}

/** What was leased for it, and what the environment says that it changed. */
function claimed({ id }: Told, request: Data, { keys }: Evidence): readonly string[] {
  const key = `environment/${String(request['tenant'])}/${String(request['environment'])}`;
  return (keys.get(key) ?? []).flatMap(({ event }) => {
    if (!('operation' in event.data) || event.data.operation !== id) return [];
    if (event.type === 'EnvironmentLeased') return texts(event, 'components');
    return event.type === 'ResourceChanged' ? [text(event, 'component')] : [];
  });
}

const usersOf = (name: string, product: string, { components }: Defined): readonly string[] =>
  [...components].flatMap(([address, { asks }]) => {
    const [owner, user = ''] = address.split('/');
    return owner === product && asks.includes(name) ? [user] : [];
  });

/** Some, and all that follows from them. */
function closure(some: ReadonlySet<string>, following: (one: string) => readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  const open = [...some];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (all.has(one)) continue;
    all.add(one);
    open.push(...following(one));
  }
  return all;
}
