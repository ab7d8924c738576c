import { inserted, type Documents } from '@srm/documents';
import { idOf, type Clock, type Handler, type Loop, type Outgoing } from '@srm/messaging';
import { byType } from '@srm/messaging';
import { operationKey, type SetTimer } from '@srm/schemas';
import { retention, sweptFrom, type Sweep, type SweptItem } from '@srm/service';

type Timer = Readonly<{
  _id: string;
  operation: string;
  timer: string;
  due: number;
  fired: boolean;
  correlationid: string;
  causationid: string;
}>;

export type Timers = Readonly<{
  on: Handler;
  loop: Loop;
  onJoin: () => void;
  /** Those that have fired and whose command and answer can come no more. */
  forget: (sweep: Sweep) => Promise<readonly SweptItem[]>;
}>;

/** Keeps timers: the instant is fixed at the first receipt, and TimerFired is said until it is marked (protocol 28). */
export async function timerKeeper(documents: Documents, clock: Clock): Promise<Timers> {
  const timers = documents.collection<Timer>('timers');
  await timers.createIndex({ due: 1 }, { name: 'due', partialFilterExpression: { fired: false } });
  const alarm = alarmClock(clock);

  const on = byType<SetTimer>({
    SetTimer: async function* ({ data, id, correlationid }) {
      const due = clock.now() + data.delay;
      const timer = { operation: data.operation, timer: data.timer, due, fired: false, correlationid, causationid: id };
      await inserted(timers, { _id: `${data.operation}/${data.timer}`, ...timer });
      alarm.earlier(due);
      yield [];
    },
  });

  async function* loop(signal: AbortSignal): AsyncGenerator<readonly Outgoing[]> {
    while (!signal.aborted) {
      const heard = alarm.listen();
      const due = await timers.find({ fired: false, due: { $lte: clock.now() } }, { sort: { due: 1 }, limit: 100 }).toArray();
      if (due.length > 0) {
        yield due.map((timer) => fired(timer, clock.now()));
        await Promise.all(due.map(({ _id }) => timers.updateOne({ _id }, { $set: { fired: true } })));
        continue;
      }
      const [soonest] = await timers.find({ fired: false }, { sort: { due: 1 }, limit: 1 }).toArray();
      await heard.until(soonest?.due ?? null, signal);
    }
  }

  const forget = (sweep: Sweep): Promise<readonly SweptItem[]> => {
    const since = sweep.at - retention.timer;
    const why = { sort: 'old', of: new Date(since).toISOString() } as const;
    return sweptFrom(timers, { fired: true, due: { $lt: since } }, sweep, { what: 'timer', name: 'orchestrator', why });
  };

  return { on, loop, onJoin: () => alarm.earlier(-Infinity), forget };
}

const fired = ({ operation, timer, correlationid, causationid }: Timer, now: number): Outgoing => ({
  topic: 'inputs',
  message: {
    type: 'TimerFired',
    data: { operation, timer },
    id: idOf('timer', operation, timer),
    source: '/srm/orchestrator/timers',
    subject: operation.includes('/') ? operation : operationKey(operation),
    time: new Date(now).toISOString(),
    sequence: null,
    correlationid,
    causationid,
    traceparent: null,
  },
});

/** Sleeps until an instant, or until an earlier one is set. Waits for nothing without costing anything. */
function alarmClock(clock: Clock) {
  let wake: () => void = () => {};
  let until = Infinity;
  return {
    earlier: (due: number) => {
      if (due < until) wake();
    },
    /** Called before the timers are read, so that one set meanwhile is not missed. */
    listen: () => {
      let woken = false;
      let settle: () => void = () => {};
      const called = new Promise<void>((resolve) => (settle = resolve));
      until = Infinity;
      wake = () => {
        woken = true;
        settle();
      };
      return {
        until: async (due: number | null, signal: AbortSignal): Promise<void> => {
          if (woken) return;
          until = due ?? Infinity;
          const over = new AbortController();
          const ended = AbortSignal.any([signal, over.signal]);
          signal.addEventListener('abort', settle, { once: true });
          await (due === null ? called : Promise.race([called, clock.sleep(Math.min(Math.max(0, due - clock.now()), 2 ** 31 - 1), ended)]));
          signal.removeEventListener('abort', settle);
          over.abort();
        },
      };
    },
  };
}
