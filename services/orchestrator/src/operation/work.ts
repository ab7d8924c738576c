/** Time that counts for the deadline of an operation: from its start on, but not while it is held or waits for its components. */
export type Work = {
  /** Milliseconds that counted before the clock stood last. */
  spent: number;
  /** Since when it goes; null: it stands. */
  since: string | null;
  /** Number of the event since which it goes: the timer's name has it, so that an older timer is known. */
  at: number;
};

export const newWork = (): Work => ({ spent: 0, since: null, at: 0 });

type Worker = Readonly<{
  work: Work;
  started: boolean;
  held: string | null;
  frozen: string | null;
  lease: string;
  compensating: boolean;
  trouble: Readonly<{ by: string }> | null;
}>;

/** Lets the clock go or stand, as it follows from the state after an event. */
export function clocked(operation: Worker, { time, sequence }: Readonly<{ time: string; sequence: number | null }>): void {
  const { work, started, held, frozen, lease, compensating, trouble } = operation;
  const ending = compensating || trouble?.by === 'cancel' || trouble?.by === 'deadline';
  const goes = started && held === null && frozen === null && lease !== 'asked' && !ending;
  if (goes && work.since === null) {
    work.since = time;
    work.at = sequence ?? 0;
  } else if (!goes && work.since !== null) {
    work.spent += Math.max(0, Date.parse(time) - Date.parse(work.since));
    work.since = null;
  }
}

export const deadlineTimer = ({ at }: Work): string => `deadline/${at}`;
