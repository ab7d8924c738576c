import type { Collection, Documents } from '@srm/documents';
import { inserted } from '@srm/documents';

/** One revision of one configuration item. Revisions are only ever added; a removal is one whose value is null. */
export type ItemDocument = Readonly<{
  _id: string;
  /** tenant/environment/product/component/key */
  item: string;
  tenant: string;
  environment: string;
  product: string;
  component: string;
  key: string;
  revision: number;
  value: string | null;
  author: string;
  operation: string;
  job: string;
}>;

export type Place = Readonly<{ tenant: string; environment: string; product: string; component: string }>;

/** Items of a place have one name each; parts are encoded, so that no key can reach into another's. */
export const itemOf = (place: Place, key: string): string =>
  [place.tenant, place.environment, place.product, place.component, key].map(encodeURIComponent).join('/');

const idOf = (item: string, revision: number): string => `${item}/${String(revision).padStart(10, '0')}`;

const collectionOf = (documents: Documents): Collection<ItemDocument> => documents.collection<ItemDocument>('configuration');

export type Items = ReturnType<typeof items>;

/** The configuration store of the driver `file`: SRM's own documents, in its data folder. */
export const items = (documents: Documents) => {
  const collection = collectionOf(documents);
  return {
    prepare: async (): Promise<void> => {
      await collection.createIndex({ item: 1, revision: -1 }, { name: 'latest' });
      await collection.createIndex({ tenant: 1, environment: 1, product: 1, component: 1 }, { name: 'place' });
    },
    /** The last revision, a removal too; null: there never was one. */
    latest: (item: string): Promise<ItemDocument | null> => collection.findOne({ item }, { sort: { revision: -1 } }),
    /** False: this revision is there already, whoever wrote it. */
    add: async (place: Place, key: string, revision: number, by: Pick<ItemDocument, 'value' | 'author' | 'operation' | 'job'>) => {
      const item = itemOf(place, key);
      const { tenant, environment, product, component } = place;
      return inserted(collection, { _id: idOf(item, revision), item, tenant, environment, product, component, key, revision, ...by });
    },
    at: (item: string, revision: number): Promise<ItemDocument | null> => collection.findOne({ _id: idOf(item, revision) }),
    /** What stands of a component. */
    standing: (place: Place): Promise<readonly CurrentItem[]> => currentItems(documents, place),
    writtenBy: (item: string, job: string): Promise<ItemDocument | null> => collection.findOne({ item, job }),
  };
};

export type CurrentItem = Readonly<{ component: string; key: string; value: string; revision: number; author: string; operation: string }>;

/** What stands now, by component and key; what was removed is not listed. Of one component, or of the whole product. */
export async function currentItems(
  documents: Documents,
  place: Readonly<{ tenant: string; environment: string; product: string; component?: string }>,
): Promise<readonly CurrentItem[]> {
  const { tenant, environment, product, component } = place;
  const filter = { tenant, environment, product, ...(component === undefined ? {} : { component }) };
  const all = await collectionOf(documents)
    .find(filter, { sort: { _id: 1 } })
    .toArray();
  const last = new Map(all.map((one) => [one.item, one]));
  return [...last.values()].flatMap(({ component, key, value, revision, author, operation }) =>
    value === null ? [] : [{ component, key, value, revision, author, operation }],
  );
}
