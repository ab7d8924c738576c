import type { Envelope } from '@srm/schemas';
import type { EnvironmentEvent } from './events.ts';
import type { ResourceView } from './other-views.ts';

export const resourceAddress = (tenant: string, environment: string, component: string): string => `${tenant}/${environment}/${component}`;

/** The addresses that an event names. A freeing names none: it is about what its operation holds. */
export function resourcesOf({ type, data }: Envelope<EnvironmentEvent>): readonly string[] {
  switch (type) {
    case 'EnvironmentLeased':
      return data.components.map((component) => resourceAddress(data.tenant, data.environment, component));
    case 'ResourceChanged':
    case 'ResourceHealthChanged':
    case 'ResourceOutdated':
      return [resourceAddress(data.tenant, data.environment, data.component)];
    case 'EnvironmentFreed':
    case 'EnvironmentFreezeSet':
    case 'EnvironmentAsked':
    case 'EnvironmentSettled':
    case 'EnvironmentLeaseAsked':
      return [];
  }
}

/** Folds one event into one resource that it is about. What is folded already changes nothing. */
export function projectResource(known: ResourceView | null, address: string, event: Envelope<EnvironmentEvent>): ResourceView {
  const number = event.sequence ?? 0;
  const resource = known ?? absent(address, event.time);
  return resource.number >= number ? resource : { ...resource, ...changes(resource, event), number };
}

function changes(resource: ResourceView, { type, data, time }: Envelope<EnvironmentEvent>): Partial<ResourceView> {
  switch (type) {
    case 'EnvironmentLeased':
      return { changing: data.operation };
    case 'EnvironmentFreed':
      return resource.changing === data.operation ? { changing: null } : {};
    case 'ResourceChanged': {
      const { state, version, image, spec, parameters, configuration, outputs, replicas, operation, fence } = data;
      // What was deployed, or is gone, is configured with nothing old.
      const anew = state === 'absent' || data.deployed === operation ? { configurationOutdated: null } : {};
      return { state, version, image, spec, parameters, configuration, outputs, replicas, operation, fence, since: time, ...anew };
    }
    case 'ResourceHealthChanged': {
      const { number, health, wanted, ready, restarts, version, reason, drift } = data;
      if (resource.observed !== null && resource.observed.number >= number) return {};
      const since = resource.observed?.health === health ? resource.observed.since : time;
      return { observed: { number, health, wanted, ready, restarts, version, reason, drift, since } };
    }
    case 'ResourceOutdated': {
      const outputs = data.outputs.map(({ name }) => name);
      return { configurationOutdated: outputs.length === 0 ? null : { since: time, operation: data.operation, outputs } };
    }
    case 'EnvironmentAsked':
    case 'EnvironmentSettled':
    case 'EnvironmentLeaseAsked':
    case 'EnvironmentFreezeSet':
      return {};
  }
}

function absent(address: string, time: string): ResourceView {
  const [tenant = '', environment = '', ...rest] = address.split('/');
  return {
    _id: address,
    tenant,
    environment,
    product: rest.length > 1 ? (rest[0] ?? '') : '',
    component: rest.at(-1) ?? '',
    state: 'absent',
    version: null,
    image: null,
    spec: null,
    parameters: null,
    configuration: null,
    outputs: [],
    replicas: null,
    operation: null,
    fence: 0,
    since: time,
    observed: null,
    configurationOutdated: null,
    changing: null,
    number: 0,
  };
}
