import { isTransient } from '@srm/messaging';
import type { EnvironmentFreezeSet, Envelope, TenantFreezeSet } from '@srm/schemas';
import { troubleWith, type Fold, type Folded } from './folded.ts';
import { inserted } from '@srm/documents';
import { putAfter, putNewer } from './put.ts';
import type { Stores } from './stores.ts';
import { answerOf } from './views/answers.ts';
import {
  isDefinitionsEvent,
  isEnvironmentEvent,
  isReleasesEvent,
  type DefinitionsEvent,
  type EnvironmentEvent,
  type ReleasesEvent,
} from './views/events.ts';
import { definitionAddress, projectDefinitions } from './views/project-definition.ts';
import { projectFreeze } from './views/project-freeze.ts';
import { manifestAddress, projectManifest, projectRelease, releaseOf } from './views/project-release.ts';
import { projectResource, resourcesOf } from './views/project-resource.ts';

/** The keys of environments, releases, definitions: each event in turn, every document under its own number, the key's position last. */
export const foldOthers =
  (stores: Stores) =>
  async (key: string): Promise<Fold> => {
    const found = await stores.positions.findOne({ _id: key });
    const start = found?.number ?? 0;
    return {
      number: start,
      run: async (events) => {
        const folded = await foldEach(stores, start, events);
        if (folded.number > start)
          await putAfter(stores.positions, { _id: key, number: folded.number, frozen: null }, start, found !== null);
        return folded;
      },
      freeze: async (number, frozen) => {
        if (number === 0 && (await inserted(stores.positions, { _id: key, number, frozen }))) return;
        await stores.positions.updateOne({ _id: key, number }, { $set: { frozen } });
      },
    };
  };

async function foldEach(stores: Stores, start: number, events: readonly Envelope[]): Promise<Folded> {
  let number = start;
  for (const event of events) {
    const apply = applying(stores, event);
    if (apply === null) return { number, trouble: troubleWith(number + 1, event.type, 'its type is not known here') };
    try {
      await apply();
    } catch (error) {
      if (isTransient(error)) throw error;
      return { number, trouble: troubleWith(number + 1, event.type, error) };
    }
    number++;
  }
  return { number, trouble: null };
}

function applying(stores: Stores, event: Envelope): (() => Promise<void>) | null {
  if (isEnvironmentEvent(event)) return () => environment(stores, event);
  if (isReleasesEvent(event)) return () => release(stores, event);
  if (isDefinitionsEvent(event)) return () => definitions(stores, event);
  return null;
}

const isFreeze = (event: Envelope<EnvironmentEvent | DefinitionsEvent>): event is Envelope<EnvironmentFreezeSet | TenantFreezeSet> =>
  event.type === 'EnvironmentFreezeSet' || event.type === 'TenantFreezeSet';

const environment = (stores: Stores, event: Envelope<EnvironmentEvent>): Promise<void> =>
  event.type === 'EnvironmentFreezeSet' ? freeze(stores, event) : resources(stores, event);

async function freeze({ freezes, answers }: Stores, event: Envelope<EnvironmentFreezeSet | TenantFreezeSet>): Promise<void> {
  const next = projectFreeze(event);
  await putNewer(freezes, next, (await freezes.findOne({ _id: next._id })) !== null);
  const answer = answerOf(event);
  if (answer !== null) await inserted(answers, answer);
}

type ResourceEvent = Exclude<EnvironmentEvent, EnvironmentFreezeSet>;

async function resources({ resources: collection }: Stores, event: Envelope<ResourceEvent>): Promise<void> {
  const { tenant, environment } = event.data;
  const addresses = resourcesOf(event);
  const held = { tenant, environment, changing: 'operation' in event.data ? event.data.operation : null };
  const known = await collection.find(event.type === 'EnvironmentFreed' ? held : { _id: { $in: addresses } }).toArray();
  const older = new Map(known.map((resource) => [resource._id, resource]));
  const touched = event.type === 'EnvironmentFreed' ? [...older.keys()] : addresses;
  await Promise.all(
    touched.map((address) => {
      const now = older.get(address) ?? null;
      const next = projectResource(now, address, event);
      return next === now ? undefined : putNewer(collection, next, now !== null);
    }),
  );
}

/** Of a part: the rest is as in the release it is built upon. */
async function withBase(manifests: Stores['manifests'], event: Envelope<ReleasesEvent>): Promise<Envelope<ReleasesEvent>> {
  if (event.type !== 'ReleaseOpened' || event.data.from === null) return event;
  const { tenant, product, from, components } = event.data;
  const own = new Set(components.map(({ name }) => name));
  const base = await manifests.find({ release: `${tenant}/${product}/${from}` }).toArray();
  const rest = base
    .filter(({ name }) => !own.has(name))
    .map(({ name, revision, artifact, image }) => ({ name, revision, artifact, image }));
  return { ...event, data: { ...event.data, components: [...components, ...rest] } };
}

async function release({ releases, manifests }: Stores, asItIs: Envelope<ReleasesEvent>): Promise<void> {
  const address = releaseOf(asItIs);
  if (address === null) return;
  const known = await releases.findOne({ _id: address });
  const event = await withBase(manifests, asItIs);
  const named = event.type === 'ReleaseOpened' || event.type === 'ReleaseExtended' ? event.data.components : [];
  const ids = named.map(({ name }) => manifestAddress(address, name));
  const found = ids.length === 0 ? [] : await manifests.find({ _id: { $in: ids } }).toArray();
  const older = new Map(found.map((one) => [one._id, one]));
  const built = projectManifest(older, address, event);
  await Promise.all(built.filter((one) => one !== older.get(one._id)).map((one) => putNewer(manifests, one, older.has(one._id))));
  const more = built.filter(({ first }) => first === event.sequence).length;
  const next = projectRelease(known, address, event, more);
  if (next !== known) await putNewer(releases, next, known !== null);
}

async function definitions(stores: Stores, event: Envelope<DefinitionsEvent>): Promise<void> {
  if (isFreeze(event)) return freeze(stores, event);
  if (event.type === 'DefinitionsAccepted') {
    const addresses = event.data.documents.map((document) => definitionAddress(event.data.tenant, document));
    const found = await stores.definitions.find({ _id: { $in: addresses } }).toArray();
    const known = new Map(found.map((definition) => [definition._id, definition]));
    await Promise.all(projectDefinitions(known, event).map((next) => putNewer(stores.definitions, next, known.has(next._id))));
  }
  const answer = answerOf(event);
  if (answer !== null) await inserted(stores.answers, answer);
}
