import { digestOf } from './canonical.ts';
import type { Component } from './types.ts';

/** What a compile depends on, besides the machine it runs on. */
export type BuildParts = Readonly<{
  /** Digest of the source tree. */
  revision: string;
  build: Component['build'];
  /** Digest of the base image, where the build uses one. */
  base: string | null;
  /** The build ids of what it needs. */
  needs: ReadonlyMap<string, string>;
}>;

/** 64 hex digits: equal for equal source, recipe, base and needs (definitions, rule 7). */
export function buildId({ revision, build, base, needs }: BuildParts): string {
  const recipe = { run: build?.run ?? [], output: build?.output ?? null, needs: build?.needs ?? {} };
  return digestOf({ tree: revision, recipe, base, needs: Object.fromEntries(needs) }).slice('sha256:'.length);
}

/** `<declared or 0.0.0>+<12 hex>` */
export const componentVersion = (component: Component, id: string): string => `${component.version ?? '0.0.0'}+${id.slice(0, 12)}`;
