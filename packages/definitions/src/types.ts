import type { ApiSchemas } from '@srm/schemas';

type Schemas = ApiSchemas['schemas'];

export type Metadata = Schemas['Metadata'];
export type Component = Schemas['Component'];
export type Workload = Schemas['Workload'];
export type Probe = Schemas['Probe'];
export type Parameter = Schemas['Parameter'];
export type Dependency = Schemas['Dependency'];
export type Environment = Schemas['Environment'];
export type EnvironmentComponent = Schemas['EnvironmentComponent'];
export type DeploymentSpec = Schemas['DeploymentSpec'];
export type Material = Schemas['Material'];

/** A product as it is stored: sources absolute, every component written out. */
export type Product = Omit<Schemas['Product'], 'spec'> &
  Readonly<{ spec: Omit<Schemas['Product']['spec'], 'components'> & Readonly<{ components: readonly Component[] }> }>;

export type Value = boolean | string | number;

/** What is wrong: a pointer into the document or the request, and a sentence that says what to do. Lines and columns from 1, for texts. */
export type DefinitionError = Readonly<{
  pointer: string;
  document: string | null;
  line: number | null;
  column: number | null;
  detail: string;
}>;

/** What a check finds, before its place in the text is known. `at`: whether the key at the pointer is meant, or its value.
 *  loose: all that the document says besides is still understood. */
export type Finding = Readonly<{ pointer: string; at: 'key' | 'value'; detail: string; loose: boolean }>;

/** One component that runs, or ran: as ResourceChanged says it. */
export type Running = Readonly<{
  /** <product>/<component> */
  component: string;
  state: 'running' | 'stopped' | 'completed' | 'absent' | 'uncertain';
  version: string;
  image: string;
  spec: string;
  /** JSON text */
  parameters: string;
  configuration: string;
  operation: string;
  fence: number;
}>;

/** A release as far as it is built. */
export type Manifest = Readonly<{
  version: string;
  components: readonly Readonly<{ name: string; revision: string; artifact: string | null; image: string | null }>[];
}>;
