import type { Outgoing } from '@srm/messaging';
import type { Answer } from '../service.ts';

export type Publish = (outgoing: readonly Outgoing[]) => Promise<void>;

/** Publishes what a route yields before it goes on. What cannot be published is thrown into the route, which may still answer. */
export async function drive(answering: AsyncGenerator<readonly Outgoing[], Answer>, publish: Publish): Promise<Answer> {
  let step = await answering.next();
  while (step.done !== true) step = await resumed(answering, publish, step.value);
  return step.value;
}

async function resumed(
  answering: AsyncGenerator<readonly Outgoing[], Answer>,
  publish: Publish,
  outgoing: readonly Outgoing[],
): Promise<IteratorResult<readonly Outgoing[], Answer>> {
  try {
    await publish(outgoing);
  } catch (error) {
    return answering.throw(error);
  }
  return answering.next();
}
