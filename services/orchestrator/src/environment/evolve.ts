import type { Envelope, EnvironmentFreed } from '@srm/schemas';
import { freezeOf } from '../freeze.ts';
import { remember } from '../remembered.ts';
import { type EnvironmentEvent, type EnvironmentState, isAnew, type Tried } from './state.ts';

const mostTried = 20;
const mostTakenBack = 1000;

export function evolve(state: EnvironmentState, { data, type, time, sequence }: Envelope<EnvironmentEvent>): EnvironmentState {
  switch (type) {
    case 'EnvironmentAsked':
      remember(state.asked, data.operation, time);
      if (data.settled !== null && data.behind.length > 0) state.watching.set(data.operation, data.settled);
      return state;
    case 'EnvironmentSettled':
      state.watching.delete(data.operation);
      return state;
    case 'EnvironmentLeaseAsked':
      state.waiting.set(data.operation, { operation: data.operation, components: data.components, upon: data.upon });
      return state;
    case 'EnvironmentLeased':
      state.waiting.delete(data.operation);
      state.held.set(data.operation, data.components);
      for (const component of data.components) state.holders.set(component, data.operation);
      state.fence = data.fence;
      return state;
    case 'EnvironmentFreed':
      state.waiting.delete(data.operation);
      for (const component of state.held.get(data.operation) ?? []) state.holders.delete(component);
      state.held.delete(data.operation);
      remember(state.freed, data.operation, time);
      return data.held ? recorded(state, data) : state;
    case 'EnvironmentFreezeSet': {
      const { tenant, environment, scope } = data;
      state.freezes[scope] = freezeOf({ tenant, environment: scope === 'tenant' ? null : environment, number: sequence ?? 0, event: data });
      state.tenantNumber = data.number ?? state.tenantNumber;
      if (data.requestId !== null) remember(state.requests, data.requestId, time);
      return state;
    }
    case 'ResourceChanged': {
      const { tenant: _tenant, environment: _environment, ...resource } = data;
      const before = state.changed.get(data.component);
      const was = before?.operation === data.operation ? before.was : (state.running.get(data.component) ?? null);
      state.changed.set(data.component, { operation: data.operation, was, at: sequence ?? 0 });
      if (data.state === 'absent') state.running.delete(data.component);
      else state.running.set(data.component, resource);
      if (isAnew(data)) state.outdated.delete(data.component);
      return state;
    }
    case 'ResourceOutdated':
      if (data.outputs.length === 0) state.outdated.delete(data.component);
      else state.outdated.set(data.component, data.outputs);
      return state;
    case 'ResourceHealthChanged':
      state.observed.set(data.component, data.number);
      return state;
  }
}

/** What came of a release here, or of taking an operation back: an undo takes the release of what it undoes back, an undo of that undo brings it again. */
function recorded(state: EnvironmentState, { operation, product, release, ending, of, from }: EnvironmentFreed['data']): EnvironmentState {
  if (product === null || ending === null) return state;
  const tried = state.tried.get(product) ?? new Map<string, Tried>();
  state.tried.set(product, tried);
  const brings = ending === 'OperationSucceeded';
  if (of !== null) {
    if (brings) takenBack(state, operation, of);
    for (const [name, one] of brings ? tried : []) {
      if (one.brought === of && one.undone === null) tried.set(name, { ...one, undone: operation });
      else if (one.undone === of) tried.set(name, { ...one, undone: null });
    }
    return state;
  }
  if (release === null) return state;
  const before = tried.get(release);
  const kept = { brought: before?.brought ?? null, undone: before?.undone ?? null, from: before?.from ?? null };
  if (brings) tried.delete(release);
  tried.set(release, { operation, ended: ending, ...(brings ? { brought: operation, undone: null, from } : kept) });
  for (const oldest of tried.size > mostTried ? tried.keys() : []) {
    tried.delete(oldest);
    break;
  }
  return state;
}

/** An undo that is undone has taken nothing back. */
function takenBack(state: EnvironmentState, operation: string, of: string): void {
  for (const [undone, by] of state.takenBack) if (by === of) state.takenBack.delete(undone);
  state.takenBack.set(of, operation);
  for (const oldest of state.takenBack.size > mostTakenBack ? state.takenBack.keys() : []) {
    state.takenBack.delete(oldest);
    break;
  }
}
