import { definitionsKey, environmentKey } from '@srm/schemas';
import type {
  DefinitionsAccepted,
  DefinitionsAsked,
  DefinitionsRefused,
  DescribeDefinitions,
  Envelope,
  PutDefinitions,
  SetFreeze,
  TenantFreezeSet,
  TimerFired,
} from '@srm/schemas';
import { toOperation, type Decider, type History, type Said } from './decider.ts';
import { freezeTimer, lapsed, saidBy, untilLifted } from './freeze.ts';
import { remember } from './remembered.ts';

export type DefinitionsEvent = DefinitionsAccepted | DefinitionsRefused | DefinitionsAsked | TenantFreezeSet;
export type DefinitionsInput = PutDefinitions | DescribeDefinitions | SetFreeze | TimerFired;

type Definition = DefinitionsAccepted['data']['documents'][number];

/** The documents of a tenant by `kind/name`, each in its newest revision. Their JSON stands in `frozen` under its digest. */
export type DefinitionsState = History & {
  readonly tenant: string;
  documents: Map<string, Definition>;
  requests: Map<string, string>;
  asked: Map<string, string>;
  /** The freeze of the whole tenant, as it was set last; every environment is told, a new one before anybody can use it. */
  freeze: Readonly<{ event: TenantFreezeSet['data']; number: number; since: string }> | null;
};

export const definitionsDecider: Decider<DefinitionsState, DefinitionsEvent, DefinitionsInput> = {
  empty: (key) => ({
    tenant: key.split('/')[1] ?? '',
    number: 0,
    time: '',
    documents: new Map(),
    requests: new Map(),
    asked: new Map(),
    freeze: null,
  }),
  inputs: { PutDefinitions: true, DescribeDefinitions: true, SetFreeze: true, TimerFired: true },
  accept,
  evolve,
  next: () => [],
  said,
  over: () => false,
  deafTo: new Set(),
};

const address = ({ kind, name }: Readonly<{ kind: string; name: string }>): string => `${kind}/${name}`;

function said({ type, data, sequence, time }: Envelope<DefinitionsEvent>, state: DefinitionsState): readonly Said[] {
  switch (type) {
    case 'DefinitionsAsked': {
      const { operation, documents, round } = data;
      return [toOperation({ type: 'DefinitionsDescribed', data: { operation, number: sequence ?? 0, documents, round } })];
    }
    case 'DefinitionsAccepted':
      return state.freeze?.event.frozen === true ? passed(state, data.documents) : [];
    case 'TenantFreezeSet': {
      const key = definitionsKey(state.tenant);
      const timer = { operation: key, timer: freezeTimer(sequence ?? 0), delay: untilLifted(data, time) };
      const set: Said = { topic: 'timer', subject: key, message: { type: 'SetTimer', data: timer } };
      return [...(data.until === null ? [] : [set]), ...passed(state, state.documents.values())];
    }
    case 'DefinitionsRefused':
      return [];
  }
}

/** Says the freeze to the environments among these documents. */
function passed({ tenant, freeze }: DefinitionsState, documents: Iterable<Definition>): readonly Said[] {
  if (freeze === null) return [];
  const { number, since, event } = freeze;
  return environmentsIn(documents).map((environment) => ({
    topic: 'inputs',
    subject: environmentKey(tenant, environment),
    message: { type: 'PassFreeze', data: { tenant, environment, number, since, ...saidBy({ ...event, environment, number, since }) } },
  }));
}

const environmentsIn = (documents: Iterable<Pick<Definition, 'kind' | 'name'>>): readonly string[] =>
  [...documents].flatMap(({ kind, name }) => (kind === 'Environment' ? [name] : []));

function accept(state: DefinitionsState, { type, data }: Envelope<DefinitionsInput>): readonly DefinitionsEvent[] {
  switch (type) {
    case 'PutDefinitions':
      return state.requests.has(data.requestId) ? [] : [put(state, data)];
    case 'DescribeDefinitions': {
      if (state.asked.has(askedAs(data))) return [];
      const wanted = [...state.documents.values()].filter(
        ({ kind, name }) =>
          kind === 'DeploymentSpec' ||
          (kind === 'Product' && name === data.product) ||
          (kind === 'Environment' && name === data.environment),
      );
      return [
        { type: 'DefinitionsAsked', data: { tenant: state.tenant, operation: data.operation, documents: wanted, round: data.round } },
      ];
    }
    case 'SetFreeze': {
      const { requestId, bodyDigest } = data;
      if (state.requests.has(requestId)) return [];
      return [frozen(state, { requestId, bodyDigest, ...saidBy(data) })];
    }
    case 'TimerFired':
      return state.freeze?.event.frozen === true && data.timer === freezeTimer(state.freeze.number) ? [frozen(state, lapsed)] : [];
  }
}

const askedAs = ({ operation, round }: Readonly<{ operation: string; round: number | null }>): string =>
  round === null ? operation : `${operation}/${round}`;

const frozen = (state: DefinitionsState, data: Omit<TenantFreezeSet['data'], 'tenant' | 'environments'>): TenantFreezeSet => ({
  type: 'TenantFreezeSet',
  data: { tenant: state.tenant, ...data, environments: environmentsIn(state.documents.values()) },
});

/** A document with the content it had keeps its revision. */
function put(state: DefinitionsState, { requestId, bodyDigest, documents, actor }: PutDefinitions['data']): DefinitionsAccepted {
  const revised = documents.map(({ kind, name, digest }) => {
    const now = state.documents.get(address({ kind, name }));
    return { kind, name, digest, revision: now === undefined ? 1 : now.digest === digest ? now.revision : now.revision + 1 };
  });
  return { type: 'DefinitionsAccepted', data: { tenant: state.tenant, requestId, bodyDigest, documents: revised, actor } };
}

function evolve(state: DefinitionsState, { type, data, time, sequence }: Envelope<DefinitionsEvent>): DefinitionsState {
  switch (type) {
    case 'DefinitionsAccepted':
      for (const document of data.documents) state.documents.set(address(document), document);
      remember(state.requests, data.requestId, time);
      return state;
    case 'DefinitionsRefused':
      remember(state.requests, data.requestId, time);
      return state;
    case 'DefinitionsAsked':
      remember(state.asked, askedAs(data), time);
      return state;
    case 'TenantFreezeSet':
      if (data.requestId !== null) remember(state.requests, data.requestId, time);
      state.freeze = { event: data, number: sequence ?? 0, since: time };
      return state;
  }
}
