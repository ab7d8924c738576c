import {
  backoff,
  logTopic,
  logTopics,
  partitionOf,
  type Batch,
  type Bus,
  type BusRecord,
  type Clock,
  type Received,
  type SubscribeOptions,
} from '@srm/messaging';

/** What lies on the topics, and how far each group has come: outlives every bus. */
export type MemoryLog = Readonly<{ streams: ReadonlyMap<string, readonly Stream[]>; next: Map<string, number> }>;
type Stream = Readonly<{ topic: string; partition: number; records: Received[]; listening: Set<() => void> }>;

export function memoryLog(): MemoryLog {
  const streams = new Map<string, readonly Stream[]>();
  for (const { name: topic, partitions } of logTopics.values())
    streams.set(
      topic,
      Array.from({ length: partitions }, (_, partition): Stream => ({ topic, partition, records: [], listening: new Set() })),
    );
  return { streams, next: new Map() };
}

export type MemoryBus = Bus &
  Readonly<{
    /** Divides the partitions of every group anew, to other members than before. */ rebalance: () => void;
    /** Records answered each other in one instant without end, and were stopped. */
    endless: () => boolean;
  }>;

const mostAtOnce = 100;
/** So many records are never said in one instant, but by some that answer each other for ever. */
const mostInAnInstant = 50_000;

/** A bus in plain memory: nothing waits for anything but for its readers. */
export function memoryBus(log: MemoryLog, clock: Clock): MemoryBus {
  const groups = new Map<string, Group>();
  const all = new Set<Group>();
  let closed = false;
  let instant = clock.now();
  let saidInIt = 0;
  let stopped = false;
  const endless = (records: number): boolean => {
    if (clock.now() !== instant) [instant, saidInIt] = [clock.now(), 0];
    saidInIt += records;
    stopped ||= saidInIt > mostInAnInstant;
    return saidInIt > mostInAnInstant;
  };

  const group = (options: SubscribeOptions): Group => {
    const streams = streamsOf(log, options.topic);
    const place = `${options.group}/${options.topic}`;
    if (options.read === 'whole') {
      const ends = streams.map((stream) => stream.records.length);
      return readers(streams, clock, (stream) => ({
        from: ends[stream.partition] ?? 0,
        resolved: (next) => void (ends[stream.partition] = next),
      }));
    }
    const known =
      groups.get(place) ??
      readers(streams, clock, ({ partition }) => ({
        from: log.next.get(`${place}/${partition}`) ?? 0,
        resolved: (next) => void log.next.set(`${place}/${partition}`, next),
      }));
    groups.set(place, known);
    return known;
  };
  return {
    publish: async (records) => {
      if (closed) throw new Error('the bus is closed');
      if (endless(records.length)) throw new Error(`more than ${mostInAnInstant} records in one instant: it would never end`);
      const placed = records.map((record) => ({ record, stream: streamOf(log, record) }));
      for (const { record, stream } of placed)
        stream.records.push({ ...record, partition: stream.partition, position: stream.records.length });
      for (const stream of new Set(placed.map((one) => one.stream))) stream.listening.forEach((tell) => tell());
    },
    subscribe: async (options) => {
      const own = group(options);
      all.add(own);
      return own.join(options);
    },
    endless: () => stopped,
    rebalance: () => all.forEach((one) => void one.divide()),
    close: async () => {
      closed = true;
      await Promise.all([...all].map((one) => one.leave()));
    },
  };
}

function streamsOf(log: MemoryLog, topic: string): readonly Stream[] {
  return log.streams.get(logTopic(topic).name) ?? [];
}

function streamOf(log: MemoryLog, record: BusRecord): Stream {
  const streams = streamsOf(log, record.topic);
  const { largest } = logTopic(record.topic);
  if (record.value.length > largest) throw new Error(`a record of ${record.value.length} bytes is too large: the most is ${largest}`);
  const stream = streams[partitionOf(record.key, streams.length)];
  if (stream === undefined) throw new Error(`${record.topic} has no partition for ${record.key}`);
  return stream;
}

type Mark = Readonly<{ from: number; resolved: (next: number) => void }>;
type Group = Readonly<{
  join: (options: SubscribeOptions) => Promise<{ stop: () => Promise<void> }>;
  divide: () => Promise<void>;
  leave: () => Promise<void>;
}>;

/** Divides streams among the readers that have joined: at each join and leave all settle, are told, and begin anew. */
function readers(streams: readonly Stream[], clock: Clock, mark: (stream: Stream) => Mark): Group {
  const members = new Set<SubscribeOptions>();
  let generation = new AbortController();
  let running: readonly Promise<void>[] = [];
  let divided: Promise<void> = Promise.resolve();
  let turns = 0;

  const begin = (): void => {
    const present = [...members];
    generation = new AbortController();
    const { signal } = generation;
    turns += 1;
    present.forEach((member) => member.onJoin?.());
    running = streams.flatMap((stream, index) => {
      const member = present[(index + turns) % present.length];
      return member === undefined ? [] : [reading(stream, member, clock, signal, mark(stream))];
    });
  };
  const divide = (): Promise<void> => {
    generation.abort();
    divided = divided.then(async () => {
      generation.abort();
      await Promise.all(running);
      begin();
    });
    return divided;
  };
  return {
    divide,
    join: async (options) => {
      const member = { ...options };
      members.add(member);
      await divide();
      return { stop: () => (members.delete(member) ? divide() : divided) };
    },
    leave: () => {
      members.clear();
      return divide();
    },
  };
}

/** Hands over what comes on one partition, batch by batch, until the signal aborts; costs nothing while nothing comes. */
function reading(stream: Stream, member: SubscribeOptions, clock: Clock, signal: AbortSignal, { from, resolved }: Mark): Promise<void> {
  const place = `${member.group}/${stream.topic}/${stream.partition}`;
  let next = from;
  let failures = 0;
  let busy = false;
  return new Promise((end) => {
    const over = (): void => {
      stream.listening.delete(look);
      if (!busy) end();
    };
    const look = (): void => {
      if (busy || signal.aborted || next >= stream.records.length) return;
      busy = true;
      void batch().then(() => {
        busy = false;
        if (signal.aborted) end();
        else look();
      });
    };
    const batch = async (): Promise<void> => {
      await null;
      if (signal.aborted) return;
      const before = next;
      const last = Math.min(next + mostAtOnce, stream.records.length);
      const records = stream.records.slice(next, last);
      const failed = await handed({
        topic: stream.topic,
        partition: stream.partition,
        records,
        resolve: async (position) => {
          if (position < next || signal.aborted) return;
          next = Math.min(position + 1, last);
          resolved(next);
        },
        alive: () => !signal.aborted,
        heartbeat: async () => undefined,
      });
      failures = next > before ? 0 : failures + 1;
      if ((failed || next === before) && !signal.aborted) await clock.sleep(backoff(place, Math.max(1, failures)), signal);
    };
    const handed = (one: Batch): Promise<boolean> =>
      member.onBatch(one).then(
        () => false,
        () => true,
      );
    stream.listening.add(look);
    signal.addEventListener('abort', over, { once: true });
    look();
  });
}
