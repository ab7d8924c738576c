import type { scenario } from '../model/scenario.ts';

type Given = Parameters<typeof scenario>[0];

/** Who looks for a broken law. All are limited by states, seeds or cases, none by time. */
export type Finder =
  | Readonly<{ by: 'model'; given: Given; enough: number }>
  /** Each scenario of `scenarios.ts`, with a death at every `stride`-th await from `first` on. */
  | Readonly<{ by: 'deaths'; stride: number; first: number }>
  | Readonly<{ by: 'seeds'; from: number; seeds: number }>
  /** Is a seed that is simulated twice the same to the byte? */
  | Readonly<{ by: 'twice'; seed: number }>
  | Readonly<{ by: 'tests'; file: string; of: string | null }>;

/** @param enough states after which a search that found nothing gives up */
export const model = (
  components: Readonly<Record<string, readonly string[]>>,
  budget: Given['budget'],
  more: Partial<Given> = {},
  enough = 150_000,
): Finder => ({
  by: 'model',
  enough,
  given: {
    name: [
      Object.keys(components).join(''),
      JSON.stringify(budget),
      ...(Object.keys(more).length === 0 ? [] : [JSON.stringify(more)]),
    ].join(' '),
    components,
    budget,
    ...more,
  },
});
export const seeds = (from: number, many: number): Finder => ({ by: 'seeds', from, seeds: many });
export const deaths = (stride: number, first: number): Finder => ({ by: 'deaths', stride, first });
export const twice = (seed: number): Finder => ({ by: 'twice', seed });
export const tests = (file: string, of: string | null = null): Finder => ({ by: 'tests', file, of });

export function finderName(finder: Finder): string {
  switch (finder.by) {
    case 'model':
      return `model search ${finder.given.name}`;
    case 'deaths':
      return `deaths at every ${finder.stride}th await`;
    case 'seeds':
      return finder.seeds === 1 ? `seed ${finder.from}` : `seeds ${finder.from} to ${finder.from + finder.seeds - 1}`;
    case 'twice':
      return `seed ${finder.seed} twice`;
    case 'tests':
      return finder.file;
  }
}
