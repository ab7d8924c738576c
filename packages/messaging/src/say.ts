import type { Bus } from './bus.ts';
import type { Codec } from './codec.ts';
import { isTransient } from './errors.ts';
import type { Outgoing } from './handler.ts';
import { persist, type Persistence } from './persistence.ts';

export type Speech = Readonly<{ bus: Bus; codec: Codec }>;

/** Encodes all, then publishes all. Rejects with a TransientError where the same thing said again may succeed. */
export async function say({ bus, codec }: Speech, outgoing: readonly Outgoing[]): Promise<void> {
  if (outgoing.length === 0) return;
  await bus.publish(await Promise.all(outgoing.map((one) => codec.encode(one))));
}

/** Says it, however long it takes. What cannot be encoded throws, and nothing was said; what is encoded is tried for ever,
 *  whatever the error: what it says may be in a store already (protocol 9). */
export async function sayForSure({ bus, codec }: Speech, parts: Persistence, what: string, outgoing: readonly Outgoing[]): Promise<void> {
  if (outgoing.length === 0) return;
  const encode = () => Promise.all(outgoing.map((one) => codec.encode(one)));
  const records = await persist(parts, `${what}: encoding`, isTransient, encode);
  await persist(
    parts,
    `${what}: publishing`,
    () => true,
    () => bus.publish(records),
  );
}
