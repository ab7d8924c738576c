import type {
  CompleteManifest,
  DescribeRelease,
  Envelope,
  ExtendManifest,
  OpenManifest,
  ReleaseAsked,
  ReleaseCompleted,
  ReleaseExtended,
  ReleaseOpened,
  RequestVersion,
  VersionRejected,
  VersionTaken,
} from '@srm/schemas';
import { toOperation, type Decider, type History, type Said } from './decider.ts';
import { remember } from './remembered.ts';

export type ReleasesEvent = VersionTaken | VersionRejected | ReleaseOpened | ReleaseExtended | ReleaseCompleted | ReleaseAsked;
export type ReleasesInput = RequestVersion | OpenManifest | ExtendManifest | CompleteManifest | DescribeRelease;

type Built = ReleaseOpened['data']['components'][number];
export type Release = {
  contentDigest: string;
  status: 'taken' | 'open' | 'complete';
  components: Map<string, Built>;
  from: string | null;
  /** Digest of the product's definition that it was made by: whoever deploys it later deploys what that says. */
  definition: string | null;
};

/** The versions of one product and their manifests. */
export type ReleasesState = History & {
  readonly tenant: string;
  readonly product: string;
  versions: Map<string, Release>;
  /** The version completed last. */
  newest: string | null;
  /** Day → how many versions were handed out on it. */
  perDay: Map<string, number>;
  /** `version/<operation>`, `release/<operation>`: an operation may ask for both. */
  answered: Map<string, string>;
};

export const releasesDecider: Decider<ReleasesState, ReleasesEvent, ReleasesInput> = {
  empty,
  inputs: { RequestVersion: true, OpenManifest: true, ExtendManifest: true, CompleteManifest: true, DescribeRelease: true },
  accept,
  evolve,
  next: () => [],
  said,
  over: () => false,
  deafTo: new Set(),
};

function empty(key: string): ReleasesState {
  const [, tenant = '', product = ''] = key.split('/');
  return { tenant, product, number: 0, time: '', versions: new Map(), newest: null, perDay: new Map(), answered: new Map() };
}

function accept(state: ReleasesState, input: Envelope<ReleasesInput>): readonly ReleasesEvent[] {
  const { operation } = input.data;
  const place = { tenant: state.tenant, product: state.product };
  switch (input.type) {
    case 'RequestVersion':
      return state.answered.has(`version/${operation}`) ? [] : [granting(state, input)];
    case 'DescribeRelease':
      return state.answered.has(`release/${operation}`) ? [] : [asked(state, operation, input.data.release)];
    case 'OpenManifest': {
      const { version, contentDigest, components, from, definition } = input.data;
      return state.versions.get(version)?.status === 'taken'
        ? [{ type: 'ReleaseOpened', data: { ...place, version, contentDigest, components, from, definition, operation } }]
        : [];
    }
    case 'ExtendManifest': {
      const { version, components } = input.data;
      const release = state.versions.get(version);
      if (release?.status !== 'open' || components.every((component) => known(release, component))) return [];
      return [{ type: 'ReleaseExtended', data: { ...place, version, components, operation } }];
    }
    case 'CompleteManifest': {
      const { version } = input.data;
      return state.versions.get(version)?.status === 'open' ? [{ type: 'ReleaseCompleted', data: { ...place, version, operation } }] : [];
    }
  }
}

const known = (release: Release, built: Built): boolean => {
  const now = release.components.get(built.name);
  return (
    now !== undefined && (built.image === null || now.image === built.image) && (built.artifact === null || now.artifact === built.artifact)
  );
};

function granting(state: ReleasesState, { data, time }: Envelope<RequestVersion>): ReleasesEvent {
  const place = { tenant: state.tenant, product: state.product };
  const { operation, contentDigest } = data;
  const version = data.version ?? free(state, time);
  const reason = usedOtherwise(state, version, contentDigest);
  if (reason !== null) return { type: 'VersionRejected', data: { ...place, operation, reason } };
  return { type: 'VersionTaken', data: { ...place, version, contentDigest, operation } };
}

/** Why a version cannot stand for this content; null: it can. */
export function usedOtherwise({ versions, product }: ReleasesState, version: string, contentDigest: string): string | null {
  const used = versions.get(version);
  if (used === undefined || used.contentDigest === contentDigest) return null;
  return `version ${version} of ${product} is used with other content; choose another`;
}

/** `YYYY.MM.DD-n`, the next one of the day (UTC) that nobody has taken. */
function free(state: ReleasesState, time: string): string {
  const day = time.slice(0, 10).replaceAll('-', '.');
  for (let n = (state.perDay.get(day) ?? 0) + 1; ; n++) if (!state.versions.has(`${day}-${n}`)) return `${day}-${n}`;
}

function asked(state: ReleasesState, operation: string, wanted: string | null): ReleasesEvent {
  const place = { tenant: state.tenant, product: state.product };
  const version = wanted ?? state.newest;
  const release = version === null ? undefined : state.versions.get(version);
  const reason =
    version === null
      ? `nothing of ${state.product} was ever packaged; package or release it first`
      : release === undefined
        ? `${state.product} has no version ${version}`
        : release.status === 'complete'
          ? null
          : `version ${version} of ${state.product} is not packaged completely`;
  return { type: 'ReleaseAsked', data: { ...place, operation, version, reason } };
}

function evolve(state: ReleasesState, { type, data, time }: Envelope<ReleasesEvent>): ReleasesState {
  switch (type) {
    case 'VersionTaken': {
      remember(state.answered, `version/${data.operation}`, time);
      if (state.versions.has(data.version)) return state;
      state.versions.set(data.version, {
        contentDigest: data.contentDigest,
        status: 'taken',
        components: new Map(),
        from: null,
        definition: null,
      });
      const [, day, n] = /^(\d{4}\.\d\d\.\d\d)-(\d+)$/.exec(data.version) ?? [];
      if (day !== undefined) state.perDay.set(day, Math.max(state.perDay.get(day) ?? 0, Number(n)));
      return state;
    }
    case 'VersionRejected':
      remember(state.answered, `version/${data.operation}`, time);
      return state;
    case 'ReleaseAsked':
      remember(state.answered, `release/${data.operation}`, time);
      return state;
    case 'ReleaseOpened':
    case 'ReleaseExtended':
    case 'ReleaseCompleted':
      return manifested(state, type, data);
  }
}

function manifested(
  state: ReleasesState,
  type: 'ReleaseOpened' | 'ReleaseExtended' | 'ReleaseCompleted',
  data: ReleaseCompleted['data'] & { components?: readonly Built[]; from?: string | null; definition?: string | null },
): ReleasesState {
  const release = state.versions.get(data.version);
  if (release === undefined) return state;
  release.status = type === 'ReleaseCompleted' ? 'complete' : 'open';
  if (type === 'ReleaseCompleted') state.newest = data.version;
  if (type === 'ReleaseOpened') {
    release.from = data.from ?? null;
    release.definition = data.definition ?? null;
    // Of a part: the rest is as in the release it was built upon.
    for (const [name, built] of state.versions.get(data.from ?? '')?.components ?? []) release.components.set(name, built);
  }
  for (const built of data.components ?? []) {
    const now = release.components.get(built.name);
    release.components.set(built.name, {
      ...built,
      artifact: built.artifact ?? now?.artifact ?? null,
      image: built.image ?? now?.image ?? null,
    });
  }
  return state;
}

function said({ type, data, sequence }: Envelope<ReleasesEvent>, state: ReleasesState): readonly Said[] {
  const about = { operation: data.operation, product: data.product };
  switch (type) {
    case 'VersionTaken':
      return [toOperation({ type: 'VersionGranted', data: { ...about, version: data.version } })];
    case 'VersionRejected':
      return [toOperation({ type: 'VersionRefused', data: { ...about, reason: data.reason } })];
    case 'ReleaseAsked':
      return data.reason === null && data.version !== null
        ? [
            toOperation({
              type: 'ReleaseDescribed',
              data: {
                ...about,
                version: data.version,
                number: sequence ?? 0,
                definition: state.versions.get(data.version)?.definition ?? null,
              },
            }),
          ]
        : [toOperation({ type: 'ReleaseRefused', data: { ...about, reason: data.reason ?? '' } })];
    default:
      return [];
  }
}
