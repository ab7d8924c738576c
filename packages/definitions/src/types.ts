import type { ApiSchemas } from '@srm/schemas';

/** Without the index signatures that stand for `x-…` keys: they hide the keys that are known. Read only. */
type Known<T> = T extends readonly (infer Item)[]
  ? readonly Known<Item>[]
  : T extends object
    ? { readonly [K in keyof T as string extends K ? (unknown extends T[K] ? never : K) : K]: Known<T[K]> }
    : T;
type Schemas = ApiSchemas['schemas'];

export type Metadata = Known<Schemas['Metadata']>;
export type Component = Known<Schemas['Component']>;
export type Workload = Known<Schemas['Workload']>;
export type Probe = Known<Schemas['Probe']>;
export type Parameter = Known<Schemas['Parameter']>;
export type Dependency = Known<Schemas['Dependency']>;
export type Environment = Known<Schemas['Environment']>;
export type EnvironmentComponent = Known<Schemas['EnvironmentComponent']>;
export type DeploymentSpec = Known<Schemas['DeploymentSpec']>;
export type Material = Known<Schemas['Material']>;

type Written = Known<Schemas['Product']>;
/** A product as it is stored: sources absolute, every component written out. */
export type Product = Omit<Written, 'spec'> &
  Readonly<{ spec: Omit<Written['spec'], 'components'> & Readonly<{ components: readonly Component[] }> }>;

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
  outputs: readonly Readonly<{ name: string; value: string; secret: boolean }>[];
  operation: string;
  fence: number;
  /** How many run; of what is stopped, how many come back with a start. Null: not known. */
  replicas: number | null;
  /** The operation whose deploy brought it. Null: not known. */
  deployed: string | null;
  /** The outputs of others, by <component>.<output>, that it is configured with. Null: not known. */
  given: readonly Readonly<{ name: string; value: string }>[] | null;
}>;

/** A release as far as it is built. */
export type Manifest = Readonly<{
  version: string;
  components: readonly Readonly<{ name: string; revision: string; artifact: string | null; image: string | null }>[];
}>;
