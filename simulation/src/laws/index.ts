import { closing } from './closing.ts';
import type { Evidence, Law } from './evidence.ts';
import { kept } from './kept.ts';
import { lease } from './lease.ts';
import { leaseOrder } from './lease-order.ts';
import { needlessUndo } from './needless-undo.ts';
import { numbering } from './numbering.ts';
import { once } from './once.ts';
import { oneEffect } from './one-effect.ts';
import { oneEnding } from './one-ending.ts';
import { order } from './order.ts';
import { outputs } from './outputs.ts';
import { parts } from './parts.ts';
import { policy } from './policy.ts';
import { retries } from './retries.ts';
import { time } from './time.ts';
import { undo } from './undo.ts';

export { evidenceOf, type Defined, type Evidence, type Noted, type Occurrence } from './evidence.ts';

const laws: readonly Law[] = [
  numbering,
  oneEnding,
  oneEffect,
  order,
  undo,
  needlessUndo,
  kept,
  policy,
  parts,
  outputs,
  lease,
  leaseOrder,
  closing,
  once,
  retries,
  time,
];

/** The laws that are read from the record and from what the targets noted; they share no code with what they judge. */
export const brokenLaws = (evidence: Evidence): readonly string[] => laws.flatMap((law) => law(evidence));
