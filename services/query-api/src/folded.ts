import { sentence } from '@srm/messaging';
import type { Envelope } from '@srm/schemas';

/** How far it came; `trouble`: why not further. */
export type Folded = Readonly<{ number: number; trouble: string | null }>;

/** A view as it was read, and what can be made of it. */
export type Fold = Readonly<{
  number: number;
  /** Folds the events that follow `number`; writes the documents first, the position last. */
  run: (events: readonly Envelope[]) => Promise<Folded>;
  /** Labels the view that stands still at this number (protocol 24). */
  freeze: (number: number, trouble: string) => Promise<void>;
}>;

export const troubleWith = (number: number, type: string, error: unknown): string =>
  `event ${number} (${type}) cannot be read: ${sentence(error)}`;
