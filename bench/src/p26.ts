import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { embeddedDocuments } from '@srm/documents';
import { embeddedCodec, embeddedLog, headerOf, say as sayOn, type Bus, type Log } from '@srm/messaging';
import { orchestrator } from '@srm/orchestrator';
import { operationKey, type SetTimer } from '@srm/schemas';
import { runService, type Service } from '@srm/service';
import { childHouse } from './child.ts';
import { temporaryFolder } from './folder.ts';
import type { Goal } from './goal.ts';
import { realClock } from './house.ts';
import { said } from './said.ts';
import { bootstrap, mean, median, quantile, quantileOf } from './statistics.ts';

const waiting = 10_000;
const rounds = 6;
/** Milliseconds of a look at a house that waits. */
const look = 5_000;
/** Milliseconds for what follows from the last request. */
const settling = 5_000;

const timers = 100_000;
/** Of these, those that fire while somebody looks, and over how many milliseconds. */
const near = 2_000;
const over = 20_000;
const some = 2_000;
const year = 365 * 24 * 60 * 60 * 1000;

type Idle = Readonly<{ shares: readonly number[]; calls: readonly number[] }>;

/** What a house costs in which so many releases wait for their time: share of a core, calls to its store a second. */
async function idle(folder: string, count: number): Promise<Idle> {
  const child = await childHouse(folder);
  try {
    await child.ask({ does: 'define', callers: 1 });
    await child.ask({ does: 'wait', count });
    await child.ask({ does: 'rest', milliseconds: settling });
    const [shares, calls]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const { milliseconds, cpu, calls: made } = await child.ask({ does: 'rest', milliseconds: look });
      shares.push(cpu / milliseconds);
      calls.push((made / milliseconds) * 1000);
    }
    return { shares, calls };
  } finally {
    await child.kill();
  }
}

/** Milliseconds by which timers are late, from when they were due until that they fired is in the log. */
async function late(folder: string): Promise<readonly number[]> {
  const troubles: string[] = [];
  const trouble = (_: object, text: string): void => void troubles.push(text);
  const log: Log = { info: () => undefined, warn: trouble, error: trouble };
  const documents = embeddedDocuments({ file: join(folder, 'timers.db'), log });
  const codec = embeddedCodec({ file: ':memory:' });
  const inner = embeddedLog({ file: join(folder, 'timers-log.db'), clock: realClock, log });
  const firedAt = new Map<string, number>();
  const bus: Bus = {
    ...inner,
    publish: async (records) => {
      await inner.publish(records);
      const now = Date.now();
      for (const record of records) if (headerOf(record, 'ce_type') === 'TimerFired') firedAt.set(record.key, now);
    },
  };
  const all = await orchestrator({ documents, codec, clock: realClock });
  const keeper: Service = { ...all, consumes: all.consumes.filter(({ topic }) => topic === 'timer') };
  const running = await runService({ service: keeper, bus, codec, clock: realClock, log });
  const set = (delays: readonly number[]): Promise<void> =>
    sayOn(
      { bus, codec },
      delays.map((delay) => ({ topic: 'timer', message: timerOf(delay) })),
    );
  const kept = documents.collection<{ _id: string; operation: string; due: number; fired: boolean }>('timers');
  const reached = async (filter: Readonly<Record<string, unknown>>, count: number): Promise<void> => {
    while ((await kept.countDocuments(filter)) < count) await realClock.sleep(500);
  };
  try {
    for (let n = 0; n < timers - near; n += some) await set(Array.from({ length: some }, () => year));
    await reached({}, timers - near);
    await set(Array.from({ length: near }, (_, n) => 5_000 + (n * over) / near));
    await reached({ fired: true }, near);
    if (troubles.length > 0 || firedAt.size !== near) throw new Error(`${firedAt.size} timers fired: ${troubles[0] ?? ''}`);
    return (await kept.find({ fired: true }).toArray()).map(({ operation, due }) => (firedAt.get(operationKey(operation)) ?? NaN) - due);
  } finally {
    await running.stop();
    await inner.close();
    await documents.close();
  }
}

function timerOf(delay: number) {
  const operation = randomUUID();
  const message: SetTimer = { type: 'SetTimer', data: { operation, timer: 'bench', delay } };
  return said(message, { id: randomUUID(), subject: operationKey(operation), time: new Date().toISOString(), correlation: operation });
}

export const p26: Goal = {
  id: 'P26',
  title: `idle: ${waiting} releases that wait for their time; ${timers} timers`,
  measure: async (say) => {
    const [folder, nobody] = [temporaryFolder(), temporaryFolder()];
    try {
      const errors = await late(folder.path);
      say(`${timers} timers, ${near} of them fired: late by ${median(errors).toFixed(1)} ms, p99 ${quantile(errors, 0.99).toFixed(1)} ms`);
      const { shares, calls } = await idle(folder.path, waiting);
      say(`${waiting} releases wait: ${(mean(shares) * 100).toFixed(2)}% of a core, ${mean(calls).toFixed(2)} calls to the store a second`);
      const { shares: empty } = await idle(nobody.path, 0);
      say(`an empty house: ${(mean(empty) * 100).toFixed(2)}% of a core`);
      return [
        {
          id: 'P26 timers ms',
          estimate: quantileOf(errors, 0.99),
          target: { sign: '<=', value: 50 },
          about: `p99 of how late ${near} timers fire, ${(near / over) * 1000} a second, beside ${timers - near} others, until that is durable`,
          samples: { errors },
        },
        {
          id: 'P26 polls/s',
          estimate: mean(calls),
          target: { sign: '<=', value: 0 },
          about: `calls to the store in ${(rounds * look) / 1000} s in which nothing happens`,
          samples: { calls },
        },
        {
          id: 'P26',
          estimate: { value: mean(shares), interval: bootstrap((draw) => mean(draw(shares))) },
          target: { sign: '<=', value: 0.01 },
          about: `share of a core of all services in one process, ${waiting} releases waiting for their time`,
          samples: { shares, empty },
        },
      ];
    } finally {
      folder.remove();
      nobody.remove();
    }
  },
};
