import { createHash } from 'node:crypto';
import type { Packed } from './pack.ts';

const types = {
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
};
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', mipsel: 'mipsle' };
const systems: Readonly<Record<string, string>> = { win32: 'windows' };

export type Descriptor = Readonly<{ mediaType: string; digest: string; size: number; annotations?: Readonly<Record<string, string>> }>;
/** bytes: the JSON texts of the image; the layer's lie in a file. */
export type Image = Readonly<{ manifest: Descriptor; layer: Descriptor; bytes: ReadonlyMap<string, string> }>;
/** workdir: absolute in the image, or null. platform and architecture as Node names them. */
export type ImageParts = Readonly<{
  title: string;
  version: string;
  workdir: string | null;
  layer: Packed;
  platform: string;
  architecture: string;
}>;

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const described = (mediaType: string, text: string): Descriptor => ({ mediaType, digest: digestOf(text), size: Buffer.byteLength(text) });

/** An OCI image of one layer and no base. Its bytes follow from its parts alone. */
export function imageOf({ title, version, workdir, layer, platform, architecture }: ImageParts): Image {
  const created = new Date(0).toISOString();
  const labels = {
    'org.opencontainers.image.created': created,
    'org.opencontainers.image.title': title,
    'org.opencontainers.image.version': version,
  };
  const config = JSON.stringify({
    created,
    architecture: architectures[architecture] ?? architecture,
    os: systems[platform] ?? platform,
    config: { ...(workdir === null ? {} : { WorkingDir: workdir }), Labels: labels },
    rootfs: { type: 'layers', diff_ids: [layer.diff] },
    history: [{ created, created_by: 'srm package' }],
  });
  const ofLayer: Descriptor = { mediaType: types.layer, digest: layer.digest, size: layer.size };
  const ofConfig = described(types.config, config);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: ofConfig,
    layers: [ofLayer],
    annotations: labels,
  });
  const ofManifest = described(types.manifest, manifest);
  return {
    manifest: ofManifest,
    layer: ofLayer,
    bytes: new Map([
      [ofConfig.digest, config],
      [ofManifest.digest, manifest],
    ]),
  };
}
