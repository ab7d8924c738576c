import { open } from 'node:fs/promises';
import { headerOf, type BusRecord, type Codec, type Outgoing } from '@srm/messaging';
import { topics, type Envelope, type Topic } from '@srm/schemas';
import { openHouse } from './house.ts';
import { callersOf, type Round } from './callers.ts';
import { hearing } from './hearing.ts';

/** What is said for one release, cut where the least durable engine has to commit: before the first step, and after each one. */
export type Said = readonly (readonly Outgoing[])[];

/** All that SRM says on the bus for one release, each message once, as it says it. */
export async function saidForOne(): Promise<Said> {
  const heard = new Map<string, { topic: string; message: Promise<Envelope>; correlation: string }>();
  const house = await openHouse({
    around: {
      bus: hearing((records) => {
        for (const record of records) {
          const message = house.codec.decode(record);
          heard.set(named(record, 'ce_id'), { topic: record.topic, message, correlation: named(record, 'ce_correlationid') });
        }
      }),
    },
  });
  try {
    const callers = await callersOf(house, 1);
    await callers.release(1, 1);
    const operation = await callers.ask(0);
    await callers.ended(operation);
    // What follows from an ending is said by the end of the next release.
    await callers.release(1, 1);
    await callers.close();
    const said: Outgoing[][] = [[]];
    for (const { topic, message, correlation } of heard.values()) {
      if (correlation !== operation) continue;
      const one = await message;
      if (one.type === 'JobSucceeded') said.push([]);
      said.at(-1)?.push({ topic: topicNamed(topic), message: one });
    }
    return said;
  } finally {
    await house.close();
  }
}

const named = (record: BusRecord, header: string): string => headerOf(record, header) ?? '';

function topicNamed(name: string): Topic {
  for (const [topic, settings] of Object.entries(topics)) if (settings.name === name) return topic as Topic;
  throw new Error(`there is no topic ${name}`);
}

export type Floor = Readonly<{
  /** As `Callers.release`: each caller moves the bytes of so many releases, one after the other. */
  release: (count: number, times: number) => Promise<Round>;
  bytes: () => number;
  close: () => Promise<void>;
}>;

/** The smallest script that moves the same bytes with the same durability: encode, write, fdatasync what came together, go on. It decides nothing and keeps no state. */
export async function floorOf(file: string, codec: Codec, said: Said): Promise<Floor> {
  const handle = await open(file, 'a');
  let waiting: Readonly<{ bytes: readonly Uint8Array[]; done: () => void; failed: (error: unknown) => void }>[] = [];
  let writing = false;
  let written = 0;
  const write = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        written += (await handle.writev(group.flatMap(({ bytes }) => bytes))).bytesWritten;
        await handle.datasync();
        group.forEach(({ done }) => done());
      } catch (error) {
        group.forEach(({ failed }) => failed(error));
      }
    }
    writing = false;
  };
  const commit = (bytes: readonly Uint8Array[]): Promise<void> =>
    new Promise((done, failed) => {
      waiting.push({ bytes, done, failed });
      if (!writing) void write();
    });
  const one = async (): Promise<number> => {
    const start = performance.now();
    for (const messages of said) {
      const records = await Promise.all(messages.map((message) => codec.encode(message)));
      await commit(records.flatMap(({ topic, key, headers, value }) => [Buffer.from(JSON.stringify([topic, key, headers])), value]));
    }
    return performance.now() - start;
  };
  return {
    release: async (count, times) => {
      const start = performance.now();
      const releases: number[] = [];
      await Promise.all(
        Array.from({ length: count }, async () => {
          for (let n = 0; n < times; n += 1) releases.push(await one());
        }),
      );
      return { steps: releases.length * (said.length - 1), milliseconds: performance.now() - start, releases };
    },
    bytes: () => written,
    close: () => handle.close(),
  };
}
