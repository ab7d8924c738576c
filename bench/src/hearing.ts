import type { Bus, BusRecord } from '@srm/messaging';

/** A bus of which somebody hears all that is published, before it is. */
export const hearing =
  (heard: (records: readonly BusRecord[]) => void) =>
  (bus: Bus): Bus => ({
    publish: (records) => {
      heard(records);
      return bus.publish(records);
    },
    subscribe: (options) => bus.subscribe(options),
    close: () => bus.close(),
  });
