import { kafka, mongo, registry } from '@srm/testbed';
import { temporaryFolder } from './folder.ts';

/** Each is started by its first and only call. */
export type Real = Readonly<{
  folder: string;
  kafka: () => ReturnType<typeof kafka>;
  registry: () => ReturnType<typeof registry>;
  mongo: () => ReturnType<typeof mongo>;
}>;

/** Real parts for one bench, on free ports, below a folder of their own: all of it is gone with the bench, however that ends. */
export async function withReal<T>(work: (real: Real) => Promise<T>): Promise<T> {
  const { path, remove } = temporaryFolder();
  const stops: (() => Promise<void>)[] = [];
  const up = async <P extends Readonly<{ stop: () => Promise<void> }>>(part: Promise<P>): Promise<P> => {
    const raised = await part;
    stops.push(() => raised.stop());
    return raised;
  };
  try {
    return await work({ folder: path, kafka: () => up(kafka(path)), registry: () => up(registry(path)), mongo: () => up(mongo(path)) });
  } finally {
    for (const stop of stops) await stop();
    remove();
  }
}
