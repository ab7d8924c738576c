import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { registryCodec } from '@srm/messaging/registry';
import { listLog, wallClock as clock } from '@srm/messaging/testing';
import { chanceOf } from '@srm/standalone/kill';
import { playStory, type Meanwhile } from '@srm/standalone/story';
import { fleetOf, type Fleet, type Member, type ServiceName } from './fleet.ts';
import { mongoName } from './mongo.ts';
import { realParts, type RealParts } from './test-parts.ts';
import { auditOf } from './test-record.ts';

const seed = Number(process.env['SRM_KILL_SEED'] ?? Date.now() % 1_000_000);

let parts: RealParts;
beforeAll(async () => {
  parts = await realParts();
});
afterAll(() => parts.stop());

type Played = Readonly<{ instances: number; kills?: readonly [number, number, number]; meanwhile?: (fleet: Fleet) => Meanwhile }>;

let worlds = 0;
/** Every service as so many processes, from an empty world to an empty world; then what Kafka holds is read back. */
async function played({ instances, kills = [0, 0, 0], meanwhile }: Played): Promise<void> {
  const world = `w${++worlds}`;
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'srm-fleet-')));
  // Ten that register at once are slow here; that they may is a test of its own.
  await registryCodec({ url: parts.schemas.url, namespace: `${world}.`, clock, log: listLog() });
  const fleet = fleetOf({
    folder,
    logs: path.join(parts.folder, world),
    brokers: parts.broker.brokers,
    registry: parts.schemas.url,
    mongodb: parts.store.uri,
    database: world,
    namespace: `${world}.`,
    instances,
    session: 6_000,
    chance: chanceOf(seed + 1),
  });
  const besides = meanwhile === undefined ? {} : { meanwhile: meanwhile(fleet) };
  await playStory({ lives: fleet, folder, data: path.join(folder, 'data'), seed, kills, ...besides });
  const { faults, keys } = await auditOf({ brokers: parts.broker.brokers, namespace: `${world}.` });
  // Four operations, an environment, the releases of a product, the definitions of a tenant.
  expect([faults, keys]).toEqual([[], 7]);
  rmSync(folder, { recursive: true });
}

/** Stops one of those that did it last, in every release anew, until another has done it in its place; then lets it go on. */
const frozen =
  (name: ServiceName, type: string, seen: string[]) =>
  (fleet: Fleet): Meanwhile =>
  async (_, following) => {
    const members = fleet.members.filter((one) => one.name === name);
    const said = (): Promise<readonly number[]> => Promise.all(members.map((one) => fleet.published(one.instance, type)));
    const before = await said();
    let over = false;
    void following.ended.finally(() => (over = true)).catch(() => undefined);
    const grown = async (from: readonly number[], but: Member | null): Promise<Member | null> => {
      for (; !over; await clock.sleep(50)) {
        const now = await Promise.all(members.map((one, n) => (one === but ? from[n] : fleet.published(one.instance, type))));
        const found = members.find((_, n) => (now[n] ?? 0) > (from[n] ?? 0));
        if (found !== undefined) return found;
      }
      return null;
    };
    const owner = await grown(before, null);
    if (owner === null) return;
    owner.signal('SIGSTOP');
    const others = await Promise.all(members.map((one) => (one === owner ? 0 : fleet.published(one.instance, type))));
    const follower = await grown(others, owner);
    owner.signal('SIGCONT');
    if (follower !== null) seen.push(`${owner.instance} ${follower.instance}`);
  };

describe(`on Apache Kafka, Apicurio Registry and ${mongoName}`, () => {
  test(`each service a process of its own: a release, a broken one with its undo, another one, a stop; every effect once (SRM_KILL_SEED=${seed})`, () =>
    played({ instances: 1 }));

  test(`two processes of each service, one of them killed ten times: the same (SRM_KILL_SEED=${seed})`, () =>
    played({ instances: 2, kills: [4, 3, 3] }));

  test(`two orchestrators, the one that decides stopped for longer than its session in each release, then continued: what it says late changes nothing (SRM_KILL_SEED=${seed})`, async () => {
    const seen: string[] = [];
    await played({ instances: 2, meanwhile: frozen('orchestrator', 'StepRequested', seen) });
    expect(seen.length).toBeGreaterThan(0);
  });

  test.each([
    ['sem-bridge', 'JobRestorable'],
    ['ci-bridge', 'JobStarted'],
  ] as const)(
    `two of each %s, the one that carries a job stopped for longer than its session in each release, then continued: nothing is done twice (SRM_KILL_SEED=${seed})`,
    async (name, report) => {
      const seen: string[] = [];
      await played({ instances: 2, meanwhile: frozen(name, report, seen) });
      expect(seen.length).toBeGreaterThan(0);
    },
  );
});
