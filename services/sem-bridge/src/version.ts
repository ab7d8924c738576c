import { shortHash } from './address.ts';
import { fields, text } from './codec.ts';

/** All that is needed to run a version again: the inputs of the deploy step that brought it, as they came. */
export const versionShape = fields({
  /** Names its folder. */
  id: text,
  job: text,
  image: text,
  version: text,
  kind: text,
  workload: text,
  outputs: text,
  values: text,
  configuration: text,
  spec: text,
  parameters: text,
});
export type Version = ReturnType<typeof versionShape>;

/** The same job names the same version; another job one with a folder of its own. */
export const versionId = (image: string, job: string): string =>
  `${image.replace(/^sha256:/, '').slice(0, 12)}-${shortHash('version', job).slice(0, 8)}`;

/** Whether a deploy of one over the other changes nothing: same image, spec, workload, outputs, configuration. */
export const sameVersion = (a: Version, b: Version): boolean =>
  a.image === b.image &&
  a.kind === b.kind &&
  a.workload === b.workload &&
  a.outputs === b.outputs &&
  a.configuration === b.configuration &&
  a.spec === b.spec &&
  a.parameters === b.parameters;
