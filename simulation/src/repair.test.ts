import { nothingDriver, nothingTarget } from '@srm/bridge';
import { idOf, type Bus, type BusRecord } from '@srm/messaging';
import { operationKey, topics, type Envelope } from '@srm/schemas';
import { house, inhabited } from './house.ts';
import { brokenLaws, evidenceOf } from './laws/index.ts';
import { silent } from './lives.ts';
import { scenarios } from './scenarios.ts';
import { shop } from './shop.ts';
import { requestOf, stage, type Stage } from './stage.ts';

const commands: ReadonlySet<string> = new Set([topics.ci, topics.sem, topics.scm, topics.plan, topics.timer].map(({ name }) => name));

/** A bus that lost each command once: the first time that it was said of a job, a question or a timer. */
function forgetful({ bus, codec }: Stage): { bus: Bus; lost: readonly string[] } {
  const lost: string[] = [];
  const isNew = async (record: BusRecord): Promise<boolean> => {
    if (!commands.has(record.topic)) return false;
    const name = nameOf(await codec.decode(record));
    if (lost.includes(name)) return false;
    lost.push(name);
    return true;
  };
  return {
    lost,
    bus: {
      ...bus,
      publish: async (records) => {
        const kept: BusRecord[] = [];
        for (const record of records) if (!(await isNew(record))) kept.push(record);
        await bus.publish(kept);
      },
    },
  };
}

const nameOf = ({ type, data, subject }: Envelope): string =>
  `${type} of ${'job' in data ? String(data.job) : 'timer' in data ? `${subject} ${String(data.timer)}` : subject}`;

const repair = (id: string, n: number) => ({
  subject: operationKey(id),
  id: idOf('repair', id, n),
  message: {
    type: 'ActOnOperation',
    data: {
      operation: id,
      requestId: `repair-${n}`,
      action: 'repair',
      step: null,
      reason: 'commands were lost',
      at: null,
      actor: { name: 'li', authenticated: false },
    },
  },
});

test.each(scenarios)(
  '$name: with every command lost once it ends as it should, repaired once a minute',
  async ({ operations, script, ending }) => {
    const on = await stage(silent);
    const { bus, lost } = forgetful(on);
    const target = nothingTarget();
    const parts = { ...on, bus, target, log: silent };
    const services = await house({ ...parts, script, newId: () => idOf('holder'), around: () => nothingDriver(target, script) });
    const home = await inhabited(services, parts);
    await on.define(shop);
    for (const [n, asked] of operations.entries()) {
      const id = `op-${n + 1}`;
      await on.say({ subject: operationKey(id), message: requestOf(id, asked) });
      for (let minute = 0; on.ended(id) === undefined && minute < 60; minute++) {
        await on.clock.sleep(60_000);
        await on.say(repair(id, minute));
      }
    }
    await home.stop();
    const broken = brokenLaws(evidenceOf(on.record, target.effects));
    expect({ ending: on.ended(`op-${operations.length}`), broken, undelivered: on.dead() }).toEqual({
      ending,
      broken: [],
      undelivered: [],
    });
    expect(lost.length).toBeGreaterThan(4);
    await on.close();
  },
);
