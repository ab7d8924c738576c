import type { Documents } from '@srm/documents';
import type { Outgoing } from '@srm/messaging';
import type { Driver } from '../driver.ts';
import { incarnation, world, type Command } from './world.ts';

/** [step, number, type] of every report, in the order in which they were published. */
export const reportsIn = (published: readonly Outgoing[]): readonly (readonly [string, number, string])[] =>
  published.flatMap((one) => {
    if (!('message' in one) || one.topic !== 'inputs') return [];
    const { type, data } = one.message;
    return 'step' in data && 'number' in data ? [[String(data.step), Number(data.number), type] as const] : [];
  });

/** One bridge in a world where everything goes in the order in which it was asked. */
export const session = (parts: Readonly<{ documents: Documents; driver: Driver; published: Outgoing[] }>) => {
  const w = world();
  const one = incarnation(w, 'a', parts);
  let open = 0;
  const rest = async (until: () => boolean = () => false): Promise<void> => {
    for (let idle = 0; !until();) {
      if ((await w.waiting()).length > 0) {
        w.take(0);
        idle = 0;
      } else if (open > 0 || idle < 20) {
        idle += 1;
        if (!w.advance()) return;
      } else return;
    }
  };
  return {
    w,
    rest,
    give: async (...commands: readonly Command[]): Promise<void> => {
      for (const command of commands) {
        open += 1;
        void one.handle(command).finally(() => (open -= 1));
        await rest(() => open === 0);
      }
    },
  };
};
