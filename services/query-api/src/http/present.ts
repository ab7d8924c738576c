import type { ApiSchemas, Envelope } from '@srm/schemas';
import type { OperationView, StepView } from '../views/operation-view.ts';
import type { DefinitionView, FreezeView, ManifestView, ReleaseView, ResourceView } from '../views/other-views.ts';
import { waitOf, type Wait } from '../views/waits.ts';

type Frozen<T> = T extends readonly (infer U)[] ? readonly Frozen<U>[] : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
type Schemas = Frozen<ApiSchemas['schemas']>;

/** Views as openapi.yaml shows them. */
export function operationJson(view: OperationView): Schemas['Operation'] {
  const { _id: id, asked, refusal: _refusal, place: _place, ending: _ending, planning: _planning, ...rest } = view;
  const { key: _key, bodyDigest: _bodyDigest, ...wanted } = asked;
  return { id, ...rest, onFailure: rest.onFailure ?? null, waitingFor: waitOf(view), asked: wanted };
}

export function stepJson(view: StepView, waitingFor: readonly Wait[]): Schemas['Step'] {
  const { _id, operation: _operation, place: _place, states: _states, ...rest } = view;
  // A view that an older SRM wrote does not have it.
  return { ...rest, was: rest.was ?? null, waitingFor };
}

export function resourceJson({ _id: id, ...rest }: ResourceView): Schemas['Resource'] {
  // A view that an older SRM wrote does not have it.
  return { id, ...rest, configurationOutdated: rest.configurationOutdated ?? null };
}

export function definitionJson({ _id: id, number: _number, ...rest }: DefinitionView): Schemas['Definition'] {
  return { id, ...rest };
}

export function freezeJson({
  _id: id,
  number: _number,
  word: _word,
  taken: _taken,
  environments: _environments,
  ...rest
}: FreezeView): Schemas['Freeze'] {
  return { id, ...rest };
}

export function releaseJson({ _id: id, place: _place, number: _number, ...rest }: ReleaseView): Schemas['Release'] {
  return { id, ...rest };
}

export const manifestJson = (release: ReleaseView, built: readonly ManifestView[]): Schemas['Manifest'] => ({
  release: releaseJson(release),
  components: built.map(({ name, revision, artifact, image }) => ({ name, revision, artifact, image })),
});

/** A CloudEvent in JSON (structured mode). */
export const cloudEvent = (event: Envelope): object => ({
  specversion: '1.0',
  id: event.id,
  source: event.source,
  type: event.type,
  subject: event.subject,
  time: event.time,
  sequence: event.sequence,
  correlationid: event.correlationid,
  causationid: event.causationid,
  traceparent: event.traceparent,
  datacontenttype: 'application/json',
  data: event.data,
});
