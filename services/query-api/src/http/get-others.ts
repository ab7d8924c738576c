import type { Filter } from '@srm/documents';
import type { Answer, Request, Route } from '@srm/service';
import type { Stores } from '../stores.ts';
import type { ResourceView } from '../views/other-views.ts';
import { equal, page } from './page.ts';
import { reading, type Parts } from './parts.ts';
import { definitionJson, manifestJson, releaseJson, resourceJson } from './present.ts';
import { notFound } from './problem.ts';

const states: readonly ResourceView['state'][] = ['running', 'stopped', 'completed', 'absent', 'uncertain'];

/** Without a state: all but what is not there, unless an operation is changing it. */
const there = (state: ResourceView['state'] | null): Filter =>
  state === null ? { $or: [{ state: { $ne: 'absent' } }, { changing: { $ne: null } }] } : { state };

export const getOthers = ({ stores }: Parts): readonly Route[] => [
  reading('/v1/resources', (request) =>
    page(request, {
      name: 'resources',
      collection: stores.resources,
      by: '_id',
      placeOf: (view) => view._id,
      filter: (query) => ({
        ...equal({
          tenant: query.text('tenant'),
          environment: query.text('environment'),
          product: query.text('product'),
          component: query.text('component'),
        }),
        ...there(query.oneOf('state', states)),
      }),
      present: resourceJson,
    }),
  ),
  reading('/v1/definitions', (request) =>
    page(request, {
      name: 'definitions',
      collection: stores.definitions,
      by: '_id',
      placeOf: (view) => view._id,
      filter: (query) =>
        equal({
          tenant: query.text('tenant'),
          kind: query.oneOf('kind', ['Product', 'DeploymentSpec', 'Environment']),
          name: query.text('name'),
        }),
      present: definitionJson,
    }),
  ),
  reading('/v1/releases', (request) =>
    page(request, {
      name: 'releases',
      collection: stores.releases,
      by: 'place',
      placeOf: (view) => view.place,
      filter: (query) => equal({ tenant: query.text('tenant'), product: query.text('product'), version: query.text('version') }),
      present: releaseJson,
    }),
  ),
  reading('/v1/tenants/:tenant/products/:product/releases/:version', (request) => manifest(stores, request)),
];

async function manifest({ releases, manifests }: Stores, { params }: Request): Promise<Answer> {
  const release = ['tenant', 'product', 'version'].map((name) => params.get(name) ?? '').join('/');
  const found = await releases.findOne({ _id: release });
  if (found === null) return notFound(`release ${release}`);
  const built = await manifests.find({ release }, { sort: { _id: 1 } }).toArray();
  return { status: 200, json: manifestJson(found, built) };
}
