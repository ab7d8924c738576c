import { digestOf } from '@srm/definitions';
import type { ApiSchemas } from '@srm/schemas';
import type { ResourceView } from '../views/other-views.ts';

/** A resource as its target has it. `id`: tenant/environment/product/component; `state`: running, stopped, completed. */
export type SeenAtTarget = Readonly<{ id: string; image: string | null; version: string | null; state: string }>;

export type ComparedItem = Readonly<ApiSchemas['schemas']['RestoredItem']>;

/** What SRM believes beside what is there, by address. How healthy it is makes no difference. Pure. */
export function compared(believed: readonly ResourceView[], seen: readonly SeenAtTarget[]): readonly ComparedItem[] {
  const there = new Map(seen.map((one) => [one.id, one]));
  const known = new Map(believed.filter(({ state }) => state !== 'absent').map((one) => [one._id, one]));
  const ids = [...new Set([...known.keys(), ...there.keys()])].sort();
  return ids.map((id) => itemOf(id, known.get(id) ?? null, there.get(id) ?? null));
}

function itemOf(id: string, believed: ResourceView | null, seen: SeenAtTarget | null): ComparedItem {
  const texts = { believed: believed === null ? null : textOf(believed), seen: seen === null ? null : textOf(seen) };
  if (believed === null) return { id, verdict: 'unknown', ...texts };
  if (seen === null) return { id, verdict: 'gone', ...texts };
  return { id, verdict: believed.image === seen.image && believed.state === seen.state ? 'same' : 'differs', ...texts };
}

const textOf = ({ state, version, image }: Readonly<{ state: string; version: string | null; image: string | null }>): string =>
  [state, version ?? '', image === null ? '' : image.replace(/^(sha256:[0-9a-f]{12}).*$/, '$1')].filter((text) => text !== '').join(' ');

export const digestOfItems = (items: readonly ComparedItem[]): string => digestOf(items);
