import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chanceOf } from '@srm/standalone/kill';
import { playStory } from '@srm/standalone/story';
import { fleetOf } from './fleet.ts';
import { kafka, type Kafka } from './kafka.ts';

const seed = Number(process.env['SRM_KILL_SEED'] ?? Date.now() % 1_000_000);

let parts = '';
let broker: Kafka;
beforeAll(async () => {
  parts = await mkdtemp(path.join(tmpdir(), 'srm-parts-'));
  broker = await kafka(parts);
});
afterAll(async () => {
  await broker.stop();
  await rm(parts, { recursive: true, force: true });
});

let worlds = 0;
/** Every service as so many processes, from an empty world to an empty world. */
async function played(instances: number, kills: readonly [number, number, number]): Promise<void> {
  const world = `w${++worlds}`;
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'srm-fleet-')));
  const fleet = fleetOf({
    folder,
    logs: path.join(parts, world),
    brokers: broker.brokers,
    registry: `file://${path.join(parts, `${world}-schemas.db`)}`,
    mongodb: `file:${path.join(parts, `${world}-documents.db`)}`,
    database: world,
    namespace: `${world}.`,
    instances,
    session: 6_000,
    chance: chanceOf(seed + 1),
  });
  await playStory({ lives: fleet, folder, data: path.join(folder, 'data'), seed, kills });
  rmSync(folder, { recursive: true });
}

test(`each service a process of its own: a release, a broken one with its undo, another one, a stop; every effect once (SRM_KILL_SEED=${seed})`, () =>
  played(1, [0, 0, 0]));

test(`two processes of each service: the same (SRM_KILL_SEED=${seed})`, () => played(2, [0, 0, 0]));

test(`two processes of each service, one of them killed ten times: the same (SRM_KILL_SEED=${seed})`, () => played(2, [4, 3, 3]));
