import type { AnyMessage } from '@srm/schemas';

type Data<T extends AnyMessage['type']> = Extract<AnyMessage, { type: T }>['data'];
type Ran = Data<'ResourceChanged'>;

/** What runs of one component, at tenant/environment/product/component. Ordered by the environment's number (protocol 23). */
export type ResourceView = Readonly<{
  _id: string;
  tenant: string;
  environment: string;
  product: string;
  component: string;
  state: Ran['state'];
  version: string | null;
  image: string | null;
  spec: string | null;
  parameters: string | null;
  configuration: string | null;
  outputs: Ran['outputs'];
  replicas: number | null;
  operation: string | null;
  fence: number;
  since: string;
  /** What is seen of it, a part of its own with its own number; null: nobody looked yet. */
  observed:
    | (Pick<Data<'ResourceHealthChanged'>, 'number' | 'health' | 'wanted' | 'ready' | 'restarts' | 'version' | 'reason' | 'drift'> &
        Readonly<{ /** Of this health. */ since: string }>)
    | null;
  /** Outputs of others that it is configured with and that are other ones by now; null: none. */
  configurationOutdated: Readonly<{ since: string; operation: string; outputs: readonly string[] }> | null;
  /** The operation that holds it. */
  changing: string | null;
  number: number;
}>;

/** A definition in its newest revision, at tenant/kind/name. */
export type DefinitionView = Readonly<{
  _id: string;
  tenant: string;
  kind: string;
  name: string;
  revision: number;
  digest: string;
  since: string;
  actor: Data<'DefinitionsAccepted'>['actor'];
  number: number;
}>;

/** A version of a product, at tenant/product/version. */
export type ReleaseView = Readonly<{
  _id: string;
  tenant: string;
  product: string;
  version: string;
  state: 'taken' | 'open' | 'complete';
  contentDigest: string;
  from: string | null;
  operation: string;
  components: number;
  takenAt: string;
  openedAt: string | null;
  completedAt: string | null;
  place: string;
  number: number;
}>;

/** What was built of one component of a release, at tenant/product/version/component. */
export type ManifestView = Readonly<{
  _id: string;
  release: string;
  name: string;
  revision: string;
  artifact: string | null;
  image: string | null;
  /** The event that first named it: it is counted once. */
  first: number;
  number: number;
}>;

/** What became of one request that has no view of its own: an operator's command, a set of definitions. */
export type AnswerView = Readonly<{
  /** The id of the request. */
  _id: string;
  subject: string;
  accepted: boolean;
  /** The operator's commands that it can be the answer to. */
  actions: readonly string[];
  /** What was given with the command, where its event repeats it. */
  given: Readonly<{ reason: string | null }> | null;
  reason: string | null;
  bodyDigest: string | null;
  documents: Data<'DefinitionsAccepted'>['documents'];
  errors: Data<'DefinitionsRefused'>['errors'];
  number: number;
}>;

/** What was said last of a freeze: of a tenant (its own address), of an environment at tenant/environment, and, at tenant/environment/-,
 *  how far the environment has taken what its tenant said. */
export type FreezeView = Readonly<{
  _id: string;
  tenant: string;
  environment: string | null;
  frozen: boolean;
  reason: string | null;
  since: string;
  until: string | null;
  holdRunning: boolean;
  actor: Data<'EnvironmentFreezeSet'>['actor'];
  /** own: of a tenant, or of an environment; taken: at tenant/environment/-. */
  word: 'own' | 'taken';
  /** Of a tenant: the environments that were told. */
  environments: readonly string[];
  /** At tenant/environment/-: the number of the tenant's event; else of its own. */
  taken: number;
  number: number;
}>;

/** How far a key is folded that is not an operation's. */
export type PositionView = Readonly<{ _id: string; number: number; frozen: string | null }>;
