import { operationKey, type Envelope, type Message, type Topic } from '@srm/schemas';

/** What every decider's state knows of its own history. */
export type History = {
  /** Number of the last event, 0 before the first. */
  number: number;
  /** Time of the last event; an event's time never goes back. */
  time: string;
};

/** What an event causes: a command to a bridge, or an input to another decider. */
export type Said = Readonly<{ topic: Topic; subject: string; message: Message }>;

export const toOperation = <M extends Message & { data: { operation: string } }>(message: M): Said => ({
  topic: 'inputs',
  subject: operationKey(message.data.operation),
  message,
});

/** Three pure functions and what follows from an event. A state has one owner: `evolve` may use up the state it is given. */
export type Decider<S extends History, E extends Message, I extends Message> = Readonly<{
  empty: (key: string) => S;
  /** The inputs it understands; any other is nobody's: dead letter. */
  inputs: Readonly<Record<I['type'], true>>;
  /** Judges one input; late or repeated: nothing. Reads the input's time and no other clock. */
  accept: (state: S, input: Envelope<I>) => readonly E[];
  /** Folds one event. */
  evolve: (state: S, event: Envelope<E>) => S;
  /** What is due, from the state alone; after its own events are folded nothing is. At most 200 events at once. */
  next: (state: S) => readonly E[];
  /** Commands and inputs that follow from an event, given the state right after it. */
  said: (event: Envelope<E>, state: S) => readonly Said[];
  /** Nothing more can come of it: it need not be kept in memory. */
  over: (state: S) => boolean;
  /** Inputs of which nothing comes once it is over. */
  deafTo: ReadonlySet<string>;
}>;
