import { parseArgs } from 'node:util';
import { Refused } from '@srm/cli';
import { openHouseApart } from './house-apart.ts';
import { realClock } from './house.ts';
import { definitions, shapes, type ShapeName } from './products.ts';

const { values } = parseArgs({ options: { components: { type: 'string', default: '10000' }, shape: { type: 'string', multiple: true } } });
const isShape = (name: string): name is ShapeName => Object.hasOwn(shapes, name);
const wanted = (values.shape ?? Object.keys(shapes)).filter(isShape);

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** One release of so many components through all services, by HTTP as a person would ask for it; true when it ended well. */
async function released(shape: ShapeName, count: number): Promise<boolean> {
  const house = await openHouseApart();
  const { client } = house;
  try {
    const text = definitions('large', shapes[shape](count));
    const start = performance.now();
    const before = await house.cost();
    await client.define(text, '/');
    const defined = performance.now() - start;
    const asked = await client.request({ kind: 'release', product: 'large', environment: 'development', preview: false });
    let operation = asked;
    let told = '';
    let away = 0;
    while (operation.endedAt === null) {
      await realClock.sleep(500);
      // As `srm watch` does it: a server that is busy for a while is asked again.
      operation = await client.operation(asked.id).catch((error: unknown) => {
        if (error instanceof Refused) throw error;
        away += 1;
        return operation;
      });
      const now = `${operation.status}, ${operation.counts.succeeded ?? 0} of ${operation.steps}`;
      if (process.stdout.isTTY && now !== told) say(`  ${seconds(performance.now() - start)}: ${now}`);
      told = now;
    }
    const whole = performance.now() - start;
    const { cpu, peak, troubles } = await house.cost();
    const ended = performance.now();
    const steps = await client.steps(asked.id);
    const listed = performance.now() - ended;
    say(
      `${shape} ${count}: ${operation.status}, ${operation.steps} steps, ${operation.number} events in ${seconds(whole)} (definitions ${seconds(defined)}), ` +
        `CPU ${seconds(cpu - before.cpu)}, memory ${megabytes(peak)}, ${steps.length} steps listed in ${seconds(listed)}, ${troubles.length} warnings${away === 0 ? '' : `, ${away} times out of reach`}`,
    );
    for (const trouble of troubles.slice(0, 5)) say(`  ${trouble.slice(0, 300)}`);
    return operation.status === 'succeeded' && steps.length === operation.steps;
  } finally {
    await house.close();
  }
}

let well = true;
for (const shape of wanted) well = (await released(shape, Number(values.components))) && well;
process.exitCode = well ? 0 : 1;
