import path from 'node:path';
import { parseArgs } from 'node:util';
import { alive, bedIn, lower, partNames, raise, type PartName } from './bed.ts';

const usage = `npm run testbed -- up [kafka] [registry] [mongo] [--brokers 3] | down | status
Starts real parts on free ports of this machine, in a temporary folder; what is missing is fetched once, into ~/.cache/srm-testbed.
up: those that are named, or all; their addresses stand in .testbed.json.  down: ends all and removes what they wrote.`;

const file = path.resolve('.testbed.json');
const isPart = (name: string): name is PartName => partNames.some((one) => one === name);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function status(): Promise<number> {
  const bed = await bedIn(file);
  if (bed.parts.length === 0) say('nothing is up');
  let code = 0;
  for (const up of bed.parts) {
    const there = await alive(bed, up);
    if (there.length < up.pids.length) code = 1;
    say(`${up.name.padEnd(9)} ${there.length} of ${up.pids.length} up   ${up.variable}=${up.address}   ${bed.folder}`);
  }
  return code;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { brokers: { type: 'string', default: '1' }, help: { type: 'boolean', short: 'h' } },
  });
  const [verb = '', ...names] = positionals;
  const unknown = names.filter((name) => !isPart(name));
  const { brokers } = values;
  if (values.help === true || unknown.length > 0 || !['up', 'down', 'status'].includes(verb) || (brokers !== '1' && brokers !== '3')) {
    say(usage);
    return values.help === true ? 0 : 2;
  }
  if (verb === 'status') return status();
  if (verb === 'down') {
    say(`${await lower(file)} processes ended, their folder removed`);
    return 0;
  }
  await raise(file, names.length === 0 ? partNames : names.filter(isPart), brokers === '3' ? 3 : 1, say);
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
