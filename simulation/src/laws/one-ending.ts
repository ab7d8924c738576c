import { isEnding, type Law } from './evidence.ts';

/** I1: every request answered 2xx has exactly one ending; after it nothing is said but that a command came too late. */
export const oneEnding: Law = ({ operations }) =>
  operations.flatMap(({ id, events }) => {
    const ended = events.filter((event) => isEnding(event.type));
    const last = events.findLast((event) => event.type !== 'ActionRefused');
    return ended.length === 1 && last === ended[0]
      ? []
      : [`I1 ${id} has ${ended.length} endings: ${ended.map((event) => event.type).join(', ')}; the last event is ${last?.type}`];
  });
