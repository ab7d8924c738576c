import type { Operation, Resource } from './api.ts';
import type { Client } from './client.ts';
import type { Sleep } from './stream.ts';

const pause = 100;
const patience = 50;

/**
 * What runs of the operation's product in its environment, now that the operation has ended.
 * An operation lets go of its components a moment after its end, and only then it is written down what runs: that is waited for, 5 s at most.
 */
export async function placed(client: Client, { id, environment, product }: Operation, sleep: Sleep): Promise<readonly Resource[]> {
  if (environment === null) return [];
  for (let turn = 1; ; turn += 1) {
    const resources = await client.resources({ environment, product, limit: 10_000 });
    if (turn === patience || !resources.some(({ changing }) => changing === id)) return resources;
    await sleep(pause);
  }
}
