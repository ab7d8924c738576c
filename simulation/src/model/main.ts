import { parseArgs } from 'node:util';
import { search } from './search.ts';
import { small, whole } from './scenarios.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, enough: { type: 'string' }, small: { type: 'boolean', default: false } },
});
const say = (line: string): unknown => process.stdout.write(`${line}\n`);

let broken = 0;
for (const scenario of values.small ? small : [...small, ...whole]) {
  if (values.only !== undefined && !scenario.name.includes(values.only)) continue;
  const began = performance.now();
  const { states, steps, ends, depth, complete, violation } = await search(scenario, Number(values.enough ?? Infinity));
  const seconds = (performance.now() - began) / 1000;
  say(
    `${scenario.name}: ${states} states, ${steps} steps, ${ends} ends, depth ${depth}, ${complete ? 'complete' : 'NOT complete'}, ${seconds.toFixed(1)} s, ${Math.round(states / seconds)} states/s, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
  );
  if (violation === null) continue;
  broken += 1;
  violation.trace.forEach((line) => say(`  ${line}`));
  violation.broken.forEach((line) => say(`  BROKEN ${line}`));
}
process.exitCode = broken === 0 ? 0 : 1;
