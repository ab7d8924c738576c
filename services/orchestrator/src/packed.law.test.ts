import { readFileSync } from 'node:fs';
import type { Envelope, Message } from '@srm/schemas';
import { folded } from './advance.ts';
import type { Decider, History } from './decider.ts';
import { definitionsDecider, type DefinitionsEvent } from './definitions.ts';
import { environmentDecider } from './environment/index.ts';
import type { EnvironmentEvent } from './environment/state.ts';
import { packed, unpacked } from './packed.ts';
import { releasesDecider, type ReleasesEvent } from './releases.ts';

const environmentEvents: Record<EnvironmentEvent['type'], true> = {
  EnvironmentAsked: true,
  EnvironmentLeaseAsked: true,
  EnvironmentLeased: true,
  ResourceChanged: true,
  EnvironmentFreezeSet: true,
  ResourceHealthChanged: true,
  ResourceOutdated: true,
  EnvironmentFreed: true,
  EnvironmentSettled: true,
};
const releasesEvents: Record<ReleasesEvent['type'], true> = {
  VersionTaken: true,
  VersionRejected: true,
  ReleaseOpened: true,
  ReleaseExtended: true,
  ReleaseCompleted: true,
  ReleaseAsked: true,
};
const definitionsEvents: Record<DefinitionsEvent['type'], true> = {
  DefinitionsAccepted: true,
  DefinitionsRefused: true,
  DefinitionsAsked: true,
  TenantFreezeSet: true,
};

const sample = (type: string): object =>
  JSON.parse(readFileSync(new URL(`../../../schemas/samples/${type}.json`, import.meta.url), 'utf8')) as object;

/** Folds the sample of every event, those with a lease and those of a tenant too; each state comes back the same and goes on the same. */
function holds<S extends History, E extends Message>(decider: Decider<S, E, never>, types: Record<E['type'], true>): readonly string[] {
  let state = decider.empty('kind/acme/name');
  let back = decider.empty('kind/acme/name');
  const still = new Map(Object.entries(packed(state) as object).map(([field, value]) => [field, JSON.stringify(value)]));
  const variants = {
    EnvironmentFreed: [{ held: true }, { held: true, of: 'another' }],
    EnvironmentFreezeSet: [{ scope: 'tenant', number: 3 }],
  };
  const events = [...Object.keys(types).map((type) => ({ type, data: sample(type) }))].flatMap((event) => [
    ...Object.entries(variants).flatMap(([type, data]) =>
      type === event.type ? data.map((more) => ({ type, data: { ...event.data, ...more } })) : [],
    ),
    event,
  ]);
  for (const [n, event] of events.entries()) {
    const time = '2026-11-24T08:00:00.000Z';
    const said = { ...event, id: `${n}`, source: '/t', subject: 's', time, sequence: n + 1, correlationid: 'c', causationid: null, traceparent: null }; // prettier-ignore
    state = folded(decider, state, said as unknown as Envelope<E>);
    back = folded(decider, back, JSON.parse(JSON.stringify(said)) as Envelope<E>);
    back = unpacked(JSON.parse(JSON.stringify(packed(back)))) as S;
    expect(back).toStrictEqual(state);
    for (const [field, value] of Object.entries(packed(state) as object))
      if (JSON.stringify(value) !== still.get(field)) still.delete(field);
  }
  return [...still.keys()];
}

test('whatever an event leaves in a state comes back from a snapshot; only its own name stays as it began', () => {
  expect(holds(environmentDecider, environmentEvents)).toEqual(['tenant', 'environment']);
  expect(holds(releasesDecider, releasesEvents)).toEqual(['tenant', 'product']);
  expect(holds(definitionsDecider, definitionsEvents)).toEqual(['tenant']);
});
