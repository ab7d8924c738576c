import type { Envelope, Message } from '@srm/schemas';
import { advance } from './advance.ts';
import type { Decider, History } from './decider.ts';

/** Gives inputs to a decider one after the other, each until nothing more is due; tells the events and what was said because of them. */
export function playing<S extends History, E extends Message, I extends Message>(decider: Decider<S, E, I>, key: string) {
  let state = decider.empty(key);
  let count = 0;
  const given = (input: I, time = '2026-11-24T08:00:00.000Z'): { events: readonly E[]; said: readonly Message[] } => {
    const events: E[] = [];
    const said: Message[] = [];
    let inputs: readonly Envelope<I>[] = [
      {
        ...input,
        id: `input-${++count}`,
        source: '/test',
        subject: key,
        time,
        sequence: null,
        correlationid: key,
        causationid: null,
        traceparent: null,
      },
    ];
    for (;;) {
      const advanced = advance(decider, key, state, inputs, null);
      state = advanced.state;
      for (const { event, said: because } of advanced.decided) {
        events.push(bare(event));
        said.push(...because.map(({ message }) => bare(message)));
      }
      if (advanced.decided.length === 0) return { events, said };
      inputs = [];
    }
  };
  return {
    given,
    get state() {
      return state;
    },
  };
}

const bare = <M extends Message>({ type, data }: M): M => ({ type, data }) as M;
