import { brokenLaws, evidenceOf } from '../laws/index.ts';
import { lived } from '../lives.ts';
import { scenario } from '../model/scenario.ts';
import { search } from '../model/search.ts';
import { scenarios } from '../scenarios.ts';
import { simulated } from '../simulate.ts';
import type { Finder } from './finder.ts';

/** What one finder says of the code that is loaded here: the broken laws, nearest first; none: it found nothing. */
export function look(finder: Exclude<Finder, { by: 'tests' }>): Promise<readonly string[]> {
  switch (finder.by) {
    case 'model':
      return searched(finder);
    case 'deaths':
      return died(finder);
    case 'seeds':
      return seeded(finder);
    case 'twice':
      return repeated(finder);
  }
}

async function searched({ given, enough }: Extract<Finder, { by: 'model' }>): Promise<readonly string[]> {
  const { violation } = await search(scenario(given), enough);
  return violation === null ? [] : violation.broken.map((broken) => `${broken}, after ${violation.trace.length} steps`);
}

async function died({ stride, first }: Extract<Finder, { by: 'deaths' }>): Promise<readonly string[]> {
  for (const { name, operations, script, ending: wanted } of scenarios) {
    let breaths = Infinity;
    for (let death = Infinity, next = first; death === Infinity || death < breaths; death = next, next += stride) {
      const told = await lived(operations, script, death === Infinity ? [] : [death]);
      if (death === Infinity) breaths = told.breaths;
      const broken = [
        ...brokenLaws(evidenceOf(told.record, told.target.effects)),
        ...(told.ending === wanted ? [] : [`it ends as ${told.ending}, not as ${wanted}`]),
        ...told.undelivered.map((topic) => `I11 dead letter on ${topic}`),
        ...(told.sameViews ? [] : ['I7 views folded anew are other bytes']),
      ];
      if (broken.length > 0) return broken.map((one) => `${one} (${name}${death === Infinity ? '' : `, death at await ${death}`})`);
    }
  }
  return [];
}

async function seeded({ from, seeds }: Extract<Finder, { by: 'seeds' }>): Promise<readonly string[]> {
  for (let seed = from; seed < from + seeds; seed++) {
    const { broken } = await simulated(seed);
    if (broken.length > 0) return broken.map((one) => `${one} (seed ${seed})`);
  }
  return [];
}

async function repeated({ seed }: Extract<Finder, { by: 'twice' }>): Promise<readonly string[]> {
  const [once, again] = [await simulated(seed), await simulated(seed)];
  return once.digest === again.digest ? [] : [`I6 seed ${seed} said other bytes the second time`];
}
