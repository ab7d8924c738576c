import { parseArgs } from 'node:util';
import { deep, small, whole } from './scenarios.ts';
import { sum, told, type Told } from './told.ts';
import { searchedBy, serves } from './workers.ts';

/** `npm run simulate:model`; `-- --small` for seconds, `--deep` for hours, `--only chain`, `--enough 100000` states at most of each. */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    enough: { type: 'string' },
    small: { type: 'boolean', default: false },
    deep: { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
    worker: { type: 'boolean', default: false },
  },
});
// The traces of errors that are expected cost more than all they stand for.
Error.stackTraceLimit = 0;
const say = (line: string): unknown => process.stdout.write(`${line}\n`);
const plans = (values.small ? small : values.deep ? [...small, ...whole, ...deep] : [...small, ...whole])
  .filter(({ scenario }) => scenario.name.includes(values.only))
  .map(({ scenario, enough }) => ({ scenario, enough: Math.min(enough, Number(values.enough ?? Infinity)) }));

if (values.worker) serves(plans, () => performance.now());
else {
  const began = performance.now();
  const all: Told[] = [];
  await searchedBy(process.argv.slice(1), Number(values.workers), plans, (one) => {
    all.push(one);
    told(one).forEach(say);
  });
  say(sum(all, (performance.now() - began) / 1000));
  process.exitCode = all.length === plans.length && all.every(({ searched }) => searched.violation === null) ? 0 : 1;
}
