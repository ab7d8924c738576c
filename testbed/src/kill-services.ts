import { randomUUID } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { registryCodec } from '@srm/messaging/registry';
import { stopEverything } from '@srm/sem-bridge';
import { listLog, wallClock as clock } from '@srm/messaging/testing';
import { askingOf, chanceOf, countsOf, doubled, pidsOf, playing, processesOf } from '@srm/standalone/kill';
import { fleetOf } from './fleet.ts';
import { kafka } from './kafka.ts';
import { mongo, mongoName } from './mongo.ts';
import { registry } from './registry.ts';
import { auditOf } from './test-record.ts';
import { previewsOf } from './test-previews.ts';

// npm run test:kill:services -- --deaths 20 [--seed 7] [--instances 2] [--loud]: operations by chance, one after the other, and previews beside them, while
// each service, the broker, the registry and the document server are killed so many times; everything counted.

const { values } = parseArgs({
  options: {
    /** Of each service and each part, at least. */
    deaths: { type: 'string', default: '20' },
    seed: { type: 'string' },
    instances: { type: 'string', default: '2' },
    loud: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed ?? clock.now() % 1_000_000);
const wanted = Number(values.deaths);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const home = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const below = realpathSync(mkdtempSync(path.join(tmpdir(), 'srm-parts-')));
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'srm-fleet-')));
const data = path.join(folder, 'data');
const began = clock.now();
let fleet: ReturnType<typeof fleetOf> | null = null;

/** Ends whatever was started here, however far it had come. */
async function cleared(): Promise<void> {
  await fleet?.end();
  await stopEverything(path.join(data, 'sem'), clock);
  for (const pids = (): readonly number[] => [...pidsOf(folder), ...pidsOf(below)]; pids().length > 0; await clock.sleep(50))
    for (const pid of pids()) killed(pid);
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in between.
  }
}

const removed = (): void => [folder, below].forEach((one) => rmSync(one, { recursive: true, force: true }));
const broken = (error: unknown): void => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  void cleared().finally(() => process.exit(1));
};
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, () => void cleared().finally(() => (removed(), process.exit(128 + constants.signals[signal]))));
process.once('uncaughtException', broken);
process.once('unhandledRejection', broken);

/** What chance has played with, and what broke. */
async function played() {
  const [broker, schemas, store] = await Promise.all([kafka(below), registry(below), mongo(below)]);
  const [node] = broker.nodes;
  if (node === undefined) throw new Error('there is no broker');
  const chance = chanceOf(seed);
  // Ten that register at once are slow here; that they may is a test of its own.
  await registryCodec({ url: schemas.url, clock, log: listLog() });
  const lives = (fleet = fleetOf({
    folder,
    logs: path.join(below, 'logs'),
    brokers: broker.brokers,
    registry: schemas.url,
    mongodb: store.uri,
    database: 'srm',
    namespace: '',
    instances: Number(values.instances),
    session: 3_000,
    chance,
    others: { kafka: node, registry: schemas.part, mongo: store.part },
  }));
  const world = { lives, asking: askingOf(lives, clock, randomUUID), clock, say: (line: string) => values.loud && say(`    ${line}`) };
  const game = playing({
    world,
    home,
    folder,
    shop: false,
    lenient: false,
    chance,
    kills: () => 5 + chance.whole(4),
    dead: () => undefined,
  });
  const accepted: string[] = [];
  const faults: string[] = [];
  const endings = new Map<string, number>();
  const due = (): number => Math.min(...lives.deaths().values());
  say(`seed ${seed}, ${wanted} deaths each, ${values.instances} of each service, on Apache Kafka, Apicurio Registry and ${mongoName}`);
  lives.start();
  const previews = previewsOf(world.asking, clock);
  for (let round = 1; due() < wanted; round += 1) {
    const { what, told, faults: found } = await game.play(`round-${round}`);
    accepted.push(told.operation.id);
    endings.set(told.operation.status, (endings.get(told.operation.status) ?? 0) + 1);
    faults.push(...found);
    const seconds = Math.round((clock.now() - began) / 1000);
    say(
      `${String(round).padStart(3)} ${what.words}: ${told.operation.status}, ${told.record.length} events, ${what.kills} kills; ${due()} of each so far, ${seconds} s`,
    );
    for (const one of found) say(`  ✖ ${one}`);
  }
  accepted.push(...(await previews.ended()));
  faults.push(...(await game.stopped()));
  const code = await lives.leave();
  if (code !== 0) faults.push(`a service ended with ${code}`);
  for (const limit = clock.now() + 10_000; processesOf(folder).length > 0 && clock.now() < limit;) await clock.sleep(50);
  faults.push(...processesOf(folder).map((one) => `left running: ${one}`));
  const audit = await auditOf({ brokers: broker.brokers, namespace: '' });
  const counts = countsOf(folder, data);
  const twice = doubled(counts);
  faults.push(
    ...audit.faults,
    ...twice,
    ...accepted.filter((id) => !audit.ended.has(id)).map((id) => `${id} was accepted and has no ending`),
  );
  return { deaths: lives.deaths(), accepted, endings, previews: previews.count(), audit, counts, twice, faults };
}

const { deaths, accepted, endings, previews, audit, counts, twice, faults } = await played();
await cleared();
const words = (pairs: Iterable<readonly [string, number]>): string => [...pairs].map(([name, times]) => `${name} ${times}`).join(', ');
const started = counts.deployments.filter(({ did }) => did === 'started').length;
say(`
seed ${seed}: ${Math.round((clock.now() - began) / 1000)} s
deaths                ${[...deaths.values()].reduce((sum, one) => sum + one, 0)}`);
for (const [name, times] of deaths) say(`  ${name.padEnd(20)}${String(times).padStart(3)}`);
say(`operations accepted   ${accepted.length}, of them ${previews} previews; ${accepted.filter((id) => audit.ended.has(id)).length} ended
endings               ${words([...endings].sort())}
events on Kafka       ${audit.events} of ${audit.keys} keys, ${audit.repeats} said again byte for byte
builds                ${counts.builds.length}; their commands ran ${counts.built.length} times
packages              ${counts.packages.length}
deployments           ${started} started, ${counts.deployments.length - started} stopped
doubled effects       ${twice.length}
broken                ${faults.length}`);
for (const one of faults) say(`  ✖ ${one}`);
if (faults.length === 0) removed();
else say(`seen in ${folder} and ${below}`);
process.exit(faults.length === 0 ? 0 : 1);
