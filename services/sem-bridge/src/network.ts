import { addressText } from './address.ts';
import { forward, type Forwarder, type Target } from './forward.ts';
import { claimPort, claimedBy, releasePorts } from './ports.ts';
import type { Run } from './record.ts';
import type { Stage } from './stage.ts';
import type { Workload } from './workload.ts';

/** The stable port cannot be had; a sentence. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

const owner = (stage: Stage): string => addressText(stage.address);

/** A private port for every port of the workload. */
export async function privatePorts(stage: Stage, workload: Workload, mark: string): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  for (const name of workload.ports?.keys() ?? [])
    ports.set(name, await claimPort(stage.folder, stage.host, owner(stage), `${mark}/${name}`, null));
  return ports;
}

/** Sees to it that every port of the workload has its stable port in the record; `former` are preferred, so that an undo finds the old ones. */
export async function stablePorts(stage: Stage, workload: Workload, former: ReadonlyMap<string, number>): Promise<void> {
  const ports = new Map(stage.record().ports);
  for (const name of workload.ports?.keys() ?? []) {
    if (ports.has(name)) continue;
    ports.set(name, await claimPort(stage.folder, stage.host, owner(stage), `${owner(stage)}/${name}`, former.get(name) ?? null));
  }
  if (ports.size !== stage.record().ports.size) await stage.save(() => ({ ports }));
}

/** Between two versions of which only one may run, connections wait. */
const target = (stage: Stage, name: string) => (): Target => {
  const { run, held, gaveUp, health } = stage.record();
  if (run !== null && (held !== null || (gaveUp !== null && health === 'starting'))) return 'wait';
  return run?.ports.get(name) ?? null;
};

const listen = (stage: Stage, name: string, port: number): Promise<Forwarder | null> =>
  forward(stage.host, port, target(stage, name), stage.clock).catch(() => null);

/** Another port for one that nobody was told of yet; what another program took meanwhile stays claimed for now, and is not found again. */
async function otherPort(stage: Stage, name: string): Promise<number> {
  const other = await claimPort(stage.folder, stage.host, owner(stage), `${owner(stage)}/${name}`, null);
  await stage.save(({ ports }) => ({ ports: new Map([...ports, [name, other]]) }));
  return other;
}

/** Listens on every stable port. `known`: the addresses were given out and have to be these. Throws PortTaken. */
export async function openPorts(stage: Stage, known = true): Promise<void> {
  for (const [name, port] of stage.record().ports) {
    if (stage.forwarders.has(name)) continue;
    const forwarder = (await listen(stage, name, port)) ?? (known ? null : await listen(stage, name, await otherPort(stage, name)));
    if (forwarder === null) {
      const at = `${stage.host}:${stage.record().ports.get(name)}`;
      throw new PortTaken(`${stage.address.component}'s address ${at} is used by another program: end that one, then try again`);
    }
    stage.forwarders.set(name, forwarder);
  }
}

export async function closePorts(stage: Stage): Promise<void> {
  const open = [...stage.forwarders.values()];
  stage.forwarders.clear();
  await Promise.all(open.map((forwarder) => forwarder.close()));
}

/** Gives back every port that the record does not name: after an end, or a death between claim and record. */
export async function releaseUnused(stage: Stage): Promise<void> {
  const { run, next, leaving, ports } = stage.record();
  const runs: readonly (Run | null)[] = [run, next?.run ?? null, ...leaving];
  const used = new Set([...ports.values(), ...runs.flatMap((found) => [...(found?.ports.values() ?? [])])]);
  await releasePorts(
    stage.folder,
    (await claimedBy(stage.folder, owner(stage))).filter((port) => !used.has(port)),
  );
}

/** Closes and forgets the stable ports that the workload no longer has. */
export async function dropPorts(stage: Stage, workload: Workload): Promise<void> {
  const kept = new Map([...stage.record().ports].filter(([name]) => workload.ports?.has(name)));
  if (kept.size === stage.record().ports.size) return;
  for (const [name, forwarder] of stage.forwarders) {
    if (kept.has(name)) continue;
    stage.forwarders.delete(name);
    await forwarder.close();
  }
  await stage.save(() => ({ ports: kept }));
}
