import type {
  DefinitionsAccepted,
  DefinitionsAsked,
  DefinitionsRefused,
  DescribeDefinitions,
  Envelope,
  PutDefinitions,
} from '@srm/schemas';
import type { Decider, History } from './decider.ts';
import { toOperation } from './environment.ts';
import { remember } from './remembered.ts';

export type DefinitionsEvent = DefinitionsAccepted | DefinitionsRefused | DefinitionsAsked;
export type DefinitionsInput = PutDefinitions | DescribeDefinitions;

type Definition = DefinitionsAccepted['data']['documents'][number];

/** The documents of a tenant by `kind/name`, each in its newest revision. Their JSON stands in `frozen` under its digest. */
export type DefinitionsState = History & {
  readonly tenant: string;
  documents: Map<string, Definition>;
  requests: Map<string, string>;
  asked: Map<string, string>;
};

export const definitionsDecider: Decider<DefinitionsState, DefinitionsEvent, DefinitionsInput> = {
  empty: (key) => ({ tenant: key.split('/')[1] ?? '', number: 0, time: '', documents: new Map(), requests: new Map(), asked: new Map() }),
  inputs: { PutDefinitions: true, DescribeDefinitions: true },
  accept,
  evolve,
  next: () => [],
  said: ({ type, data, sequence }) =>
    type === 'DefinitionsAsked'
      ? [
          toOperation({
            type: 'DefinitionsDescribed',
            data: { operation: data.operation, number: sequence ?? 0, documents: data.documents },
          }),
        ]
      : [],
  over: () => false,
  deafTo: new Set(),
};

const address = ({ kind, name }: Readonly<{ kind: string; name: string }>): string => `${kind}/${name}`;

function accept(state: DefinitionsState, { type, data }: Envelope<DefinitionsInput>): readonly DefinitionsEvent[] {
  switch (type) {
    case 'PutDefinitions':
      return state.requests.has(data.requestId) ? [] : [put(state, data)];
    case 'DescribeDefinitions': {
      if (state.asked.has(data.operation)) return [];
      const wanted = [...state.documents.values()].filter(
        ({ kind, name }) =>
          kind === 'DeploymentSpec' ||
          (kind === 'Product' && name === data.product) ||
          (kind === 'Environment' && name === data.environment),
      );
      return [{ type: 'DefinitionsAsked', data: { tenant: state.tenant, operation: data.operation, documents: wanted } }];
    }
  }
}

/** A document with the content it had keeps its revision. */
function put(state: DefinitionsState, { requestId, bodyDigest, documents, actor }: PutDefinitions['data']): DefinitionsAccepted {
  const revised = documents.map(({ kind, name, digest }) => {
    const now = state.documents.get(address({ kind, name }));
    return { kind, name, digest, revision: now === undefined ? 1 : now.digest === digest ? now.revision : now.revision + 1 };
  });
  return { type: 'DefinitionsAccepted', data: { tenant: state.tenant, requestId, bodyDigest, documents: revised, actor } };
}

function evolve(state: DefinitionsState, { type, data, time }: Envelope<DefinitionsEvent>): DefinitionsState {
  switch (type) {
    case 'DefinitionsAccepted':
      for (const document of data.documents) state.documents.set(address(document), document);
      remember(state.requests, data.requestId, time);
      return state;
    case 'DefinitionsRefused':
      remember(state.requests, data.requestId, time);
      return state;
    case 'DefinitionsAsked':
      remember(state.asked, data.operation, time);
      return state;
  }
}
