import type { Envelope } from '@srm/schemas';
import { componentOf, dataOf, jobsOf, requestOf, text, type Defined, type Evidence, type Law, type Noted, type Told } from './evidence.ts';
import { aboutOf } from './parts.ts';

/** Who uses what another gives is configured with it after it stands; who runs with another value than the one that stands is shown as outdated, and
 *  nobody else is; and nobody is restarted for the sake of what did not change. */
export const outputs: Law = (evidence) => {
  const { defined, operations, keys } = evidence;
  if (defined === null) return [];
  const unsure = uncertain(evidence);
  return [
    ...operations.flatMap((told) => [...inOrder(told, evidence, defined), ...needless(told, evidence, defined, unsure)]),
    ...[...keys.keys()].flatMap((key) => (key.startsWith('environment/') ? shown(key, evidence, defined, unsure) : [])),
  ];
};

/** tenant/environment/product/component that was not certain at some time. */
const uncertain = ({ keys }: Evidence): ReadonlySet<string> =>
  new Set(
    [...keys].flatMap(([key, occurrences]) =>
      occurrences.flatMap(({ event }) =>
        event.type === 'ResourceChanged' && dataOf(event)['state'] === 'uncertain' ? [placeOf(key, text(event, 'component'))] : [],
      ),
    ),
  );

const placeOf = (key: string, address: string): string => `${key.slice('environment/'.length)}/${address}`;

const own = (told: Told, { effects }: Evidence): readonly Noted[] => {
  const jobs = jobsOf(told);
  return effects.filter(({ job, action }) => jobs.has(job) && action !== 'undo');
};

/** Within one operation: first what gives, and its address; then who is configured with it. */
function inOrder(told: Told, evidence: Evidence, { components }: Defined): readonly string[] {
  const product = String(requestOf(told)?.['product']);
  const gave = new Map<string, number>();
  const took = new Map<string, number>();
  for (const [n, { step, action }] of own(told, evidence).entries()) {
    if (/deploy|publish/.test(action)) gave.set(componentOf(step), n);
    if (/configure|deploy/.test(action) && !took.has(componentOf(step))) took.set(componentOf(step), n);
  }
  return [...took].flatMap(([user, first]) =>
    (components.get(`${product}/${user}`)?.asks ?? [])
      .filter((giver) => (gave.get(giver) ?? -1) > first)
      .map((giver) => `0016 ${told.id}: ${user} was configured before ${giver}, whose address it has, was through`),
  );
}

/** Restarted for the sake of others, of which none gives another address than before. */
function needless(told: Told, evidence: Evidence, { components }: Defined, unsure: ReadonlySet<string>): readonly string[] {
  const request = requestOf(told);
  const about = aboutOf(told, evidence);
  if (request?.['restartConsumers'] !== true || about === null) return [];
  const effects = own(told, evidence);
  const place = (name: string): string => [request['tenant'], request['environment'], request['product'], name].map(String).join('/');
  const another = (name: string): boolean => {
    const published = effects.filter(({ address }) => address === `${place(name)}#published`);
    return unsure.has(place(name)) || published[0]?.before !== published.at(-1)?.after;
  };
  const restarted = new Set(effects.flatMap(({ step, action }) => (action === 'deploy' ? [componentOf(step)] : [])));
  return [...restarted]
    .filter((name) => !about.has(name) && components.get(`${String(request['product'])}/${name}`)?.asks.some(another) !== true)
    .map((name) => `0016 ${told.id}: ${name} was restarted, and nothing that it uses has changed`);
}

type Shown = Map<string, { state: string; outdated: readonly string[] }>;

/** As the record shows it: component → its state, and the names of what others gave it and do not give any more. */
function recorded(events: readonly Envelope[]): Shown {
  const all: Shown = new Map();
  for (const event of events) {
    const { component, state, deployed, operation, outputs: given } = dataOf(event);
    const before = all.get(String(component)) ?? { state: 'absent', outdated: [] };
    if (event.type === 'ResourceChanged') {
      const anew = state === 'absent' || deployed === operation;
      all.set(String(component), { state: String(state), outdated: anew ? [] : before.outdated });
    }
    if (event.type === 'ResourceOutdated')
      all.set(String(component), { ...before, outdated: (given as readonly { name: string }[]).map(({ name }) => name) });
  }
  return all;
}

/** At the end, by what the target has noted. */
function shown(key: string, { keys, effects }: Evidence, { components }: Defined, unsure: ReadonlySet<string>): readonly string[] {
  const first = new Map((keys.get(key) ?? []).toReversed().map(({ event }) => [event.sequence, event]));
  const all = recorded([...first.values()].toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0)));
  const world = new Map(effects.map(({ address, after }) => [address, after ?? null]));
  const certain = (address: string): boolean => /running|stopped/.test(all.get(address)?.state ?? '') && !unsure.has(placeOf(key, address));
  return [...all].flatMap(([address, { outdated }]) => {
    const known = components.get(address);
    if (known === undefined || known.job || !certain(address)) return [];
    const product = address.slice(0, address.indexOf('/'));
    return known.asks.flatMap((giver) => {
      const given = addressIn(world.get(`${placeOf(key, `${product}/${giver}`)}#published`), 'url');
      const used = addressIn(/ with (\{.*\})/.exec(world.get(placeOf(key, address)) ?? '')?.[1], `components.${giver}.url`);
      if (given === null || used === null || !certain(`${product}/${giver}`)) return [];
      const says = outdated.includes(`${giver}.url`);
      if (says === (given !== used)) return [];
      return [`0016 ${key}: ${address} runs with ${used} of ${giver}, which gives ${given}; it is ${says ? '' : 'not '}shown as outdated`];
    });
  });
}

/** An address that can be one; null: there is none, or its target lied. */
function addressIn(json: string | null | undefined, name: string): string | null {
  const value: unknown = JSON.parse(json ?? '{}');
  const found: unknown = typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : null;
  return typeof found === 'string' && found.startsWith('http://') ? found : null;
}
