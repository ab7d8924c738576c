import type { DescribeRelease, RequestVersion } from '@srm/schemas';
import { releasesDecider } from './releases.ts';
import { playing } from './testing.ts';

const place = { tenant: 'acme', product: 'shop' };
const version = (operation: string, contentDigest: string, wanted: string | null = null): RequestVersion => ({
  type: 'RequestVersion',
  data: { ...place, operation, version: wanted, contentDigest },
});
const describeRelease = (operation: string, release: string | null = null): DescribeRelease => ({
  type: 'DescribeRelease',
  data: { ...place, operation, release },
});
const releases = () => playing(releasesDecider, 'releases/acme/shop');

test('versions are handed out by day, 1, 2, 3; the same operation never gets a second one', () => {
  const shop = releases();
  expect(shop.given(version('a', 'x')).said).toEqual([
    { type: 'VersionGranted', data: { operation: 'a', product: 'shop', version: '2026.11.24-1' } },
  ]);
  expect(shop.given(version('a', 'x')).said).toEqual([]);
  expect(shop.given(version('b', 'x')).said).toEqual([
    { type: 'VersionGranted', data: { operation: 'b', product: 'shop', version: '2026.11.24-2' } },
  ]);
  expect(shop.given(version('c', 'x'), '2026-11-25T00:00:00.000Z').said).toEqual([
    { type: 'VersionGranted', data: { operation: 'c', product: 'shop', version: '2026.11.25-1' } },
  ]);
});

test('an operation may ask for a release and for a version, each is answered once', () => {
  const shop = releases();
  shop.given(version('a', 'x'));
  const about = { ...place, operation: 'a', version: '2026.11.24-1' };
  shop.given({ type: 'OpenManifest', data: { ...about, contentDigest: 'x', components: [], from: null, definition: null } });
  shop.given({ type: 'CompleteManifest', data: about });
  expect(shop.given(describeRelease('b')).said.map(({ type }) => type)).toEqual(['ReleaseDescribed']);
  expect(shop.given(version('b', 'y')).said.map(({ type }) => type)).toEqual(['VersionGranted']);
  expect([...shop.given(describeRelease('b')).said, ...shop.given(version('b', 'y')).said]).toEqual([]);
});

test('a part of a release has the rest of the one it is built upon', () => {
  const shop = releases();
  const built = (name: string, image: string) => ({ name, revision: 'sha256:r', artifact: null, image });
  const make = (operation: string, name: string, from: string | null, ...components: ReturnType<typeof built>[]): void => {
    shop.given(version(operation, name, name));
    const about = { ...place, operation, version: name };
    shop.given({ type: 'OpenManifest', data: { ...about, contentDigest: name, components: [], from, definition: null } });
    shop.given({ type: 'ExtendManifest', data: { ...about, components } });
    shop.given({ type: 'CompleteManifest', data: about });
  };
  make('a', 'r1', null, built('web', 'sha256:web1'), built('cart', 'sha256:cart1'));
  make('b', 'r2', 'r1', built('web', 'sha256:web2'));
  expect([...(shop.state.versions.get('r2')?.components.values() ?? [])].map(({ name, image }) => [name, image])).toEqual([
    ['web', 'sha256:web2'],
    ['cart', 'sha256:cart1'],
  ]);
  expect(shop.state.versions.get('r1')?.components.get('web')?.image).toBe('sha256:web1');
});

test('a version used with other content is refused, with the same content granted', () => {
  const shop = releases();
  shop.given(version('a', 'x', '1.0.0'));
  expect(shop.given(version('b', 'y', '1.0.0')).said).toEqual([
    {
      type: 'VersionRefused',
      data: { operation: 'b', product: 'shop', reason: 'version 1.0.0 of shop is used with other content; choose another' },
    },
  ]);
  expect(shop.given(version('c', 'x', '1.0.0')).said).toEqual([
    { type: 'VersionGranted', data: { operation: 'c', product: 'shop', version: '1.0.0' } },
  ]);
});

test('a manifest is opened, extended, completed, and immutable from then on', () => {
  const shop = releases();
  const about = { ...place, operation: 'a', version: '2026.11.24-1' };
  shop.given(version('a', 'x'));
  shop.given({ type: 'OpenManifest', data: { ...about, contentDigest: 'x', components: [], from: null, definition: 'sha256:d' } });
  shop.given({
    type: 'ExtendManifest',
    data: { ...about, components: [{ name: 'web', revision: 'r', artifact: 'bpr:web', image: null }] },
  });
  const image = {
    type: 'ExtendManifest',
    data: { ...about, components: [{ name: 'web', revision: 'r', artifact: null, image: 'sha256:1' }] },
  } as const;
  expect(shop.given(image).events.map(({ type }) => type)).toEqual(['ReleaseExtended']);
  expect(shop.given(image).events).toEqual([]);
  expect(shop.given(describeRelease('b')).said).toEqual([
    {
      type: 'ReleaseRefused',
      data: { operation: 'b', product: 'shop', reason: 'nothing of shop was ever packaged; package or release it first' },
    },
  ]);
  shop.given({ type: 'CompleteManifest', data: about });
  expect(
    shop.given({
      type: 'ExtendManifest',
      data: { ...about, components: [{ name: 'web', revision: 'r', artifact: null, image: 'sha256:2' }] },
    }).events,
  ).toEqual([]);
  expect(shop.given(describeRelease('c')).said).toEqual([
    { type: 'ReleaseDescribed', data: { operation: 'c', product: 'shop', version: '2026.11.24-1', number: 7, definition: 'sha256:d' } },
  ]);
  expect([...(shop.state.versions.get('2026.11.24-1')?.components.values() ?? [])]).toEqual([
    { name: 'web', revision: 'r', artifact: 'bpr:web', image: 'sha256:1' },
  ]);
});

test('a release that is not complete, or not there, is refused in words', () => {
  const shop = releases();
  shop.given(version('a', 'x', '1.0.0'));
  expect(shop.given(describeRelease('b', '1.0.0')).said).toEqual([
    { type: 'ReleaseRefused', data: { operation: 'b', product: 'shop', reason: 'version 1.0.0 of shop is not packaged completely' } },
  ]);
  expect(shop.given(describeRelease('c', '2.0.0')).said).toEqual([
    { type: 'ReleaseRefused', data: { operation: 'c', product: 'shop', reason: 'shop has no version 2.0.0' } },
  ]);
});
