import { parseArgs } from 'node:util';
import { copyOfAll, type Copy } from './copy.ts';
import { finderName } from './finder.ts';
import { looked } from './found.ts';
import { everywhere, mutants } from './list.ts';
import { nameOf, type Mutant } from './mutant.ts';

/** `npm run simulate:mutants`, or `-- --only 'text'` for those whose name has it. */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, 'at-once': { type: 'string', default: '2' } } });
const say = (line: string): unknown => process.stdout.write(`${line}\n`);
const seconds = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
const chosen = mutants.filter((mutant) => nameOf(mutant).includes(values.only));
const copies = Array.from({ length: Number(values['at-once']) }, copyOfAll);
process.on('exit', () => copies.forEach((copy) => copy.remove()));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const clean = await unbroken();
let found = 0;
if (clean)
  await each(chosen, async (mutant, copy) => {
    if (await sought(mutant, copy)) found += 1;
  });
say(`${found}/${chosen.length}`);
process.exitCode = clean && found === chosen.length ? 0 : 1;

/** Every finder that may be asked finds nothing where nothing is broken. */
async function unbroken(): Promise<boolean> {
  const began = performance.now();
  const finders = new Map([...chosen.flatMap((mutant) => mutant.finders), ...everywhere].map((finder) => [JSON.stringify(finder), finder]));
  let wrong = 0;
  await each([...finders.values()], async (finder, copy) => {
    const { broken } = await looked(copy.root, finder);
    if (broken === null) return;
    wrong += 1;
    say(`nothing is broken, and ${finderName(finder)} finds ${broken.slice(0, 3).join('; ')}`);
  });
  say(`nothing broken: ${finders.size} finders, ${wrong} find something, ${seconds(began)}`);
  return wrong === 0;
}

/** Asks one finder after the other until one finds it. */
async function sought(mutant: Mutant, copy: Copy): Promise<boolean> {
  const began = performance.now();
  let mend = (): void => undefined;
  try {
    mend = copy.make(mutant);
    for (const finder of [...mutant.finders, ...everywhere]) {
      const { broken } = await looked(copy.root, finder);
      const named = broken?.find((one) => !mutant.rule.startsWith('I') || one.startsWith(`${mutant.rule} `));
      if (named === undefined) continue;
      say(`${nameOf(mutant)}: found by ${finderName(finder)}: ${named}, ${seconds(began)}`);
      return true;
    }
    say(`${nameOf(mutant)}: NOT FOUND, ${seconds(began)}`);
  } catch (error) {
    say(`${nameOf(mutant)}: NOT TRIED: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    mend();
  }
  return false;
}

/** As many at once as there are copies. */
async function each<T>(all: readonly T[], work: (one: T, copy: Copy) => Promise<void>): Promise<void> {
  const waiting = [...all];
  await Promise.all(
    copies.map(async (copy) => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one, copy);
    }),
  );
}
