import type { Kafka, Producer, RecordMetadata } from 'kafkajs';
import type { BusRecord, Header } from './bus.ts';
import { TransientError } from './errors.ts';
import { logTopic } from './log-topics.ts';
import { partitionOf } from './murmur2.ts';
import { sendLane } from './send-lane.ts';

const mostBytesASend = 900_000;

export type Sender = Readonly<{ send: (records: readonly BusRecord[]) => Promise<void>; close: () => Promise<void> }>;

/** One send a partition, one at a time, its answer checked: a send over several loses what was acknowledged when a leader moves. */
export async function senderOf(kafka: Kafka, namespace: string): Promise<Sender> {
  const made = async (): Promise<Producer> => {
    const producer = kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    await producer.connect();
    return producer;
  };
  let producer: Promise<Producer> | null = made();
  await producer;
  const write = (topic: string, partition: number) => async (records: readonly BusRecord[]) => {
    const used = (producer ??= made());
    try {
      const answers = await (
        await used
      ).send({
        topic: `${namespace}${topic}`,
        acks: -1,
        messages: records.map(({ key, headers, value }) => ({ key, value: Buffer.from(value), partition, headers: headersOf(headers) })),
      });
      acknowledged(answers, partition);
    } catch (error) {
      // Its numbers may no longer be those that the broker expects: the next write begins with a new one.
      if (producer === used) producer = null;
      void used.then((old) => old.disconnect()).catch(() => undefined);
      throw error;
    }
  };
  const lanes = new Map<string, (records: readonly BusRecord[]) => Promise<void>>();
  const lane = (topic: string, partition: number) => {
    const name = `${topic}/${partition}`;
    const known = lanes.get(name) ?? sendLane(write(topic, partition), sizeOf, mostBytesASend);
    lanes.set(name, known);
    return known;
  };
  return {
    send: async (records) => {
      const groups = new Map<(records: readonly BusRecord[]) => Promise<void>, BusRecord[]>();
      for (const record of records) {
        const { name, partitions, largest } = logTopic(record.topic);
        if (record.value.length > largest) throw new Error(`a record of ${record.value.length} bytes is too large: the most is ${largest}`);
        const own = lane(name, partitionOf(record.key, partitions));
        groups.set(own, [...(groups.get(own) ?? []), record]);
      }
      const ended = await Promise.allSettled([...groups].map(([own, some]) => own(some)));
      for (const one of ended) if (one.status === 'rejected') throw one.reason;
    },
    close: async () => (await producer)?.disconnect(),
  };
}

const sizeOf = ({ key, headers, value }: BusRecord): number =>
  value.length + key.length * 3 + headers.reduce((sum, [name, text]) => sum + name.length + text.length * 3, 0);

function acknowledged(answers: readonly RecordMetadata[], partition: number): void {
  const [answer] = answers;
  if (answers.length !== 1 || answer?.partition !== partition || answer.errorCode !== 0)
    throw new TransientError(`Kafka did not acknowledge partition ${partition}: ${JSON.stringify(answers)}`);
}

/** As an object, which is what kafkajs takes: a name that comes twice has a list. */
function headersOf(headers: readonly Header[]): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]));
}
