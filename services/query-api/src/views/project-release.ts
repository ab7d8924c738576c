import type { Envelope } from '@srm/schemas';
import type { ReleasesEvent } from './events.ts';
import type { ManifestView, ReleaseView } from './other-views.ts';

/** The address of the release that an event is about; null where there is none. */
export function releaseOf({ type, data }: Envelope<ReleasesEvent>): string | null {
  switch (type) {
    case 'VersionTaken':
    case 'ReleaseOpened':
    case 'ReleaseExtended':
    case 'ReleaseCompleted':
      return `${data.tenant}/${data.product}/${data.version}`;
    case 'VersionRejected':
    case 'ReleaseAsked':
      return null;
  }
}

/** Folds one event into the release it is about; `more`: how many components it names first. What is folded already changes nothing. */
export function projectRelease(known: ReleaseView | null, address: string, event: Envelope<ReleasesEvent>, more: number): ReleaseView {
  const number = event.sequence ?? 0;
  const release = known ?? taken(address, event);
  return release.number >= number ? release : { ...release, ...changes(release, event), components: release.components + more, number };
}

/** What an event says of the components of its release, by address. */
export function projectManifest(
  known: ReadonlyMap<string, ManifestView>,
  release: string,
  event: Envelope<ReleasesEvent>,
): readonly ManifestView[] {
  const number = event.sequence ?? 0;
  const components = event.type === 'ReleaseOpened' || event.type === 'ReleaseExtended' ? event.data.components : [];
  return components.map(({ name, revision, artifact, image }) => {
    const now = known.get(manifestAddress(release, name));
    if (now !== undefined && now.number >= number) return now;
    const built = { revision, artifact: artifact ?? now?.artifact ?? null, image: image ?? now?.image ?? null };
    return { _id: manifestAddress(release, name), release, name, ...built, first: now?.first ?? number, number };
  });
}

export const manifestAddress = (release: string, name: string): string => `${release}/${name}`;

function changes(release: ReleaseView, { type, data, time }: Envelope<ReleasesEvent>): Partial<ReleaseView> {
  switch (type) {
    case 'VersionTaken':
      return release.number > 0 ? {} : { contentDigest: data.contentDigest };
    case 'ReleaseOpened':
      return { state: 'open', contentDigest: data.contentDigest, from: data.from, openedAt: time };
    case 'ReleaseCompleted':
      return { state: 'complete', completedAt: time };
    case 'ReleaseExtended':
    case 'VersionRejected':
    case 'ReleaseAsked':
      return {};
  }
}

function taken(address: string, { data, time }: Envelope<ReleasesEvent>): ReleaseView {
  const [tenant = '', product = '', ...version] = address.split('/');
  return {
    _id: address,
    tenant,
    product,
    version: version.join('/'),
    state: 'taken',
    contentDigest: '',
    from: null,
    operation: data.operation,
    components: 0,
    takenAt: time,
    openedAt: null,
    completedAt: null,
    place: `${time} ${address}`,
    number: 0,
  };
}
