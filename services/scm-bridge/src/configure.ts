import type { Documents } from '@srm/documents';
import { inserted } from '@srm/documents';
import type { Job } from '@srm/bridge';
import { canonicalJson, sha256 } from '@srm/definitions';
import { itemOf, type Items } from './items.ts';
import { configOf, wantsOf } from './wants.ts';
import { failed, type Decision } from './decision.ts';

type SnapshotDocument = Readonly<{ _id: string; json: string }>;

/** One snapshot of what the component gets: outputs of others as they stand now, and the values of its items. Insert-only, by digest. */
export async function configure(job: Job, documents: Documents, items: Items): Promise<Decision> {
  const values: (readonly [string, string])[] = [];
  const missing: string[] = [];
  for (const { name, component, output } of wantsOf(job.inputs.get('wants'))) {
    const value = (await items.latest(itemOf({ ...job, component }, output)))?.value ?? null;
    if (value === null) missing.push(name);
    else values.push([name, value]);
  }
  if (missing.length > 0) {
    const nobody = missing.length === 1 ? 'which nobody has published' : 'none of which anybody has published';
    return failed('missing-output', `${job.component} needs ${missing.join(', ')}, ${nobody} in ${job.environment}`);
  }
  const json = canonicalJson(Object.fromEntries([...values, ...configOf(job.inputs.get('config'))]));
  const digest = sha256(json);
  await inserted(documents.collection<SnapshotDocument>('snapshots'), { _id: digest, json });
  const outputs = [
    { name: 'configuration', value: digest, secret: false },
    { name: 'values', value: json, secret: false },
  ];
  return { writes: [], kept: [], left: [], end: { state: 'succeeded', outputs, unchanged: false } };
}
