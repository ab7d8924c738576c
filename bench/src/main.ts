import { appendFileSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { sentence } from '@srm/messaging';
import { isMet, lineOf, type Figure } from './goal.ts';
import { goals } from './goals.ts';

const usage = `npm run bench -- [goals] [--json file] [--gate] [--full]
  goals   ${goals.map(({ id }) => id).join(' ')}; none: all
  --json  appends a line a goal: samples, machine, versions
  --gate  ends with 1 when a goal is missed
  --full  larger sizes, for an hour without company
`;

const options = { json: { type: 'string' }, gate: { type: 'boolean' }, full: { type: 'boolean' }, help: { type: 'boolean' } } as const;
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const unknown = positionals.filter((id) => !goals.some((goal) => goal.id === id.toUpperCase()));
if (values.help === true || unknown.length > 0) {
  say(unknown.length > 0 ? `there is no goal ${unknown.join(', ')}\n${usage}` : usage);
  process.exit(unknown.length > 0 ? 2 : 0);
}

// What a bench has started ends with this process: a signal is an ending like any other.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const wanted = positionals.length === 0 ? goals : goals.filter(({ id }) => positionals.some((asked) => asked.toUpperCase() === id));
const lines: string[] = [];
let missed = false;
let broken = false;
for (const goal of wanted) {
  say(`${goal.id}: ${goal.title}`);
  try {
    const figures = await goal.measure((text) => say(`  ${text}`), { full: values.full === true });
    lines.push(...figures.map(lineOf));
    say(figures.map(lineOf).join('\n'));
    missed ||= figures.some((figure) => isMet(figure) === false);
    if (values.json !== undefined) appendFileSync(values.json, `${JSON.stringify(recordOf(goal.id, figures))}\n`);
  } catch (error) {
    broken = true;
    lines.push(`${goal.id} not measured: ${sentence(error)}`);
    say(lines.at(-1) ?? '');
  }
}
if (wanted.length > 1) say(`\n${lines.join('\n')}`);
process.exit(broken || (missed && values.gate === true) ? 1 : 0);

function recordOf(goal: string, figures: readonly Figure[]): object {
  const home: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version = typeof home === 'object' && home !== null && 'version' in home ? home.version : null;
  const all = cpus();
  const machine = { cores: all.length, processor: all[0]?.model ?? '', memory: totalmem(), system: `${process.platform} ${process.arch}` };
  return { goal, at: new Date().toISOString(), figures, machine, versions: { srm: version, node: process.versions.node } };
}
