import { randomUUID } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { registryCodec } from '@srm/messaging/registry';
import { stopEverything } from '@srm/sem-bridge';
import { listLog, wallClock as clock } from '@srm/messaging/testing';
import { askingOf, chanceOf, countsOf, doubled, playing, processesOf } from '@srm/standalone/kill';
import { fleetOf } from './fleet.ts';
import { kafka } from './kafka.ts';
import { mongo, mongoName } from './mongo.ts';
import { registry } from './registry.ts';
import { auditOf } from './test-record.ts';

// npm run test:kill:services -- --rounds 20 [--seed 7] [--instances 2] [--parts] [--loud]: operations by chance, some process killed in each, everything counted.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string' },
    instances: { type: 'string', default: '2' },
    /** Kills broker, registry and document server, too. */
    parts: { type: 'boolean', default: false },
    loud: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed ?? clock.now() % 1_000_000);
const rounds = Number(values.rounds);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const home = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const below = realpathSync(mkdtempSync(path.join(tmpdir(), 'srm-parts-')));
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'srm-fleet-')));
const data = path.join(folder, 'data');
const raised: Readonly<{ stop: () => Promise<void> }>[] = [];
const up = async <T extends Readonly<{ stop: () => Promise<void> }>>(part: Promise<T>): Promise<T> => {
  raised.push(await part);
  return part;
};
const lowered = async (): Promise<void> => void (await Promise.all(raised.map((part) => part.stop())));
const failed = async (error: unknown): Promise<never> => {
  await lowered();
  throw error;
};
const broker = await up(kafka(below)).catch(failed);
const schemas = await up(registry(below)).catch(failed);
const store = await up(mongo(below)).catch(failed);
const [node] = broker.nodes;
const others = values.parts && node !== undefined ? { kafka: node, registry: schemas.part, mongo: store.part } : {};
const chance = chanceOf(seed);
const killed = new Map<string, number>();
// Ten that register at once are slow here; that they may is a test of its own.
await registryCodec({ url: schemas.url, clock, log: listLog() });
const lives = fleetOf({
  folder,
  logs: path.join(below, 'logs'),
  brokers: broker.brokers,
  registry: schemas.url,
  mongodb: store.uri,
  database: 'srm',
  namespace: '',
  instances: Number(values.instances),
  session: 6_000,
  chance,
  others,
  killed: (name) => {
    killed.set(name, (killed.get(name) ?? 0) + 1);
    if (values.loud) say(`    kill -9 of ${name}`);
  },
});
const world = {
  lives,
  asking: askingOf(lives, clock, randomUUID),
  clock,
  say: (line: string) => (values.loud ? say(`    ${line}`) : undefined),
};
const game = playing({ world, home, folder, shop: false, lenient: false, chance, dead: () => undefined });
const began = clock.now();
const broken: string[] = [];
const endings = new Map<string, number>();
say(`seed ${seed}, ${rounds} rounds, ${values.instances} of each service, on Apache Kafka, Apicurio Registry and ${mongoName}`);
try {
  lives.start();
  for (let round = 1; round <= rounds; round += 1) {
    const { what, told, faults } = await game.play(`round-${round}`);
    endings.set(told.operation.status, (endings.get(told.operation.status) ?? 0) + 1);
    broken.push(...faults);
    say(`${String(round).padStart(3)} ${what.words}: ${told.operation.status}, ${told.record.length} events, ${what.kills} kills`);
  }
  broken.push(...(await game.stopped()));
  const code = await lives.leave();
  if (code !== 0) broken.push(`a service ended with ${code}`);
  for (const limit = clock.now() + 10_000; processesOf(folder).length > 0 && clock.now() < limit;) await clock.sleep(50);
  broken.push(...processesOf(folder).map((one) => `left running: ${one}`));
} catch (error) {
  broken.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  await lives.end();
  await stopEverything(path.join(data, 'sem'), clock);
}
const record = await auditOf({ brokers: broker.brokers, namespace: '' });
const counts = countsOf(folder, data);
const twice = doubled(counts);
broken.push(...record.faults, ...twice);
await lowered();
say(`
seed ${seed}: ${rounds} rounds in ${Math.round((clock.now() - began) / 1000)} s
killed                ${[...killed]
  .sort()
  .map(([name, times]) => `${name} ${times}`)
  .join(', ')}
endings               ${[...endings]
  .sort()
  .map(([ending, times]) => `${times} ${ending}`)
  .join(', ')}
events on the topic   ${record.events} of ${record.keys} keys, ${record.repeats} said again byte for byte
builds                ${counts.builds.length}; their commands ran ${counts.built.length} times
doubled effects       ${twice.length}
broken                ${broken.length}`);
for (const one of broken) say(`  ✖ ${one}`);
if (broken.length === 0) for (const one of [folder, below]) rmSync(one, { recursive: true });
else say(`seen in ${folder} and ${below}`);
process.exit(broken.length === 0 ? 0 : 1);
