import type { Envelope } from '@srm/schemas';
import type { Stores } from './stores.ts';
import { endings } from './views/events.ts';

/** Who counts what has ended. */
export type Figures = Readonly<{
  /** Seconds since it was asked for. */
  operation: (kind: string, outcome: string, seconds: number) => void;
  /** Seconds since its bridge began, or was asked where it ends at once. */
  step: (system: string, action: string, outcome: string, seconds: number) => void;
}>;

const stepEndings = ['StepSucceeded', 'StepFailed', 'StepCancelled'];

/** Counts the endings among events that have just been folded. What cannot be looked up is not counted: figures hold nothing up. */
export const countEndings =
  ({ operations, steps }: Stores, figures: Figures) =>
  async (key: string, events: readonly Envelope[]): Promise<void> => {
    const ended = events.flatMap((event) =>
      stepEndings.includes(event.type) ? [`${key.slice(key.indexOf('/') + 1)}/${stepOf(event)}`] : [],
    );
    const views = ended.length === 0 ? [] : await steps.find({ _id: { $in: ended } }).toArray();
    for (const { bridge, action, state, startedAt, endedAt } of views)
      if (endedAt !== null) figures.step(bridge, action, state, seconds(startedAt, endedAt));
    if (!events.some(({ type }) => endings.has(type))) return;
    const numbers = events.flatMap(({ sequence }) => sequence ?? []);
    const view = await operations.findOne({ _id: key.slice('operation/'.length), ending: { $in: numbers } });
    if (view !== null && view.endedAt !== null) figures.operation(view.kind, view.status, seconds(view.requestedAt, view.endedAt));
  };

const stepOf = ({ data }: Envelope): string => ('step' in data ? String(data.step) : '');
const seconds = (from: string | null, to: string): number => (from === null ? 0 : Math.max(0, Date.parse(to) - Date.parse(from)) / 1000);
