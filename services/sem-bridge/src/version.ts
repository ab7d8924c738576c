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

/** Whether a deploy of one over the other changes nothing: same image, spec, workload, outputs, configuration. */
export const sameVersion = (a: Version, b: Version): boolean =>
  a.image === b.image &&
  a.kind === b.kind &&
  a.workload === b.workload &&
  a.outputs === b.outputs &&
  a.configuration === b.configuration &&
  a.spec === b.spec &&
  a.parameters === b.parameters;
