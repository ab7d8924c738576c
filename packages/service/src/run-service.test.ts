import { word as one } from '@srm/messaging/testing';
import {
  embeddedCodec,
  embeddedLog,
  say,
  SetAside,
  type Aside,
  type Bus,
  type Handler,
  type Loop,
  type Outgoing,
  type RawHandler,
} from '@srm/messaging';
import type { Envelope, Topic } from '@srm/schemas';
import { healthRoutes } from './health-routes.ts';
import type { Health } from './health.ts';
import { runService, type RunningService } from './run-service.ts';
import type { Service } from './service.ts';
import { happening, listLog, wallClock } from './testing.ts';

const codec = embeddedCodec({ file: ':memory:' });
const word = (topic: Topic, key: string, text: string): Outgoing => ({ topic, message: one(key, text) });

/** For tests: a clock whose sleeps are over at once. */
const hurried = { now: () => 7, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) };

type World = Readonly<{
  bus: Bus;
  aside: Aside;
  log: ReturnType<typeof listLog>;
  run: (service: Partial<Service>, through?: Bus, more?: Readonly<{ aside: Aside }>) => Promise<RunningService>;
  tell: (...outgoing: Outgoing[]) => Promise<void>;
}>;

async function withBus(work: (world: World) => Promise<void>): Promise<void> {
  const log = listLog();
  const bus = embeddedLog({ file: ':memory:', clock: wallClock, log });
  const running: RunningService[] = [];
  try {
    await work({
      bus,
      aside: bus.aside,
      log,
      tell: (...outgoing) => say({ bus, codec }, outgoing),
      run: async (service, through = bus, more = undefined) => {
        const whole = { name: 'tested', consumes: [], loops: [], routes: [], ...service };
        const one = await runService({ service: whole, bus: through, codec, clock: hurried, log, ...more });
        running.push(one);
        return one;
      },
    });
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await bus.close();
  }
}

const shared = (on: Handler): Service['consumes'][number] => ({ topic: 'inputs', read: 'shared', on });
const partsOf = (health: Health): readonly string[] => health.parts.map(({ name, state }) => `${name} ${state}`);

/** A handler that answers each message on the events topic, and tells how far it came. */
const echo = (story: string[], heard: () => void): Handler =>
  async function* (messages) {
    yield messages.map(({ subject, id }) => word('events', subject, `answer to ${id}`));
    story.push(`answered ${messages.map(({ id }) => id).join()}`);
    heard();
  };

test('subscriptions and loops run, say what they say, and health tells of each', async () => {
  await withBus(async ({ run, tell }) => {
    const story: string[] = [];
    const [heard, looped, answered] = [happening(), happening(), happening()];
    const loop: Loop = async function* (signal) {
      yield [word('events', 'l', 'from the loop')];
      looped.happens();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      story.push('loop ended');
    };
    const events: string[] = [];
    const listener: Handler = async function* (messages) {
      events.push(...messages.map(({ id }) => id));
      if (events.length === 2) answered.happens();
      yield [];
    };
    const service = await run({
      consumes: [shared(echo(story, heard.happens)), { topic: 'events', read: 'whole', on: listener }],
      loops: [loop],
    });
    await tell(word('inputs', 'k', 'a'));
    await Promise.all([heard.happened, looped.happened, answered.happened]);
    expect([...events].sort()).toEqual(['answer to a', 'from the loop']);
    expect(partsOf(service.health())).toEqual(['srm.inputs.v1 running', 'srm.events.v1 running', 'loop 1 running']);
    expect(service.health()).toMatchObject({ service: 'tested', ready: true, setAside: [] });
    await service.stop();
    expect(story).toEqual(['answered a', 'loop ended']);
    expect(partsOf(service.health())).toEqual(['srm.inputs.v1 stopped', 'srm.events.v1 stopped', 'loop 1 stopped']);
    expect(service.health().ready).toBe(false);
  });
});

test('stop lets a handler under way come to its end, and only then ends the loops', async () => {
  await withBus(async ({ run, tell }) => {
    const story: string[] = [];
    const [begun, finish] = [happening(), happening()];
    const slow: Handler = async function* () {
      begun.happens();
      await finish.happened;
      story.push('handled');
      yield [];
    };
    const loop: Loop = async function* (signal) {
      yield [];
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      story.push('loop ended');
    };
    const service = await run({ consumes: [shared(slow)], loops: [loop] });
    await tell(word('inputs', 'k', 'a'));
    await begun.happened;
    const stopped = Promise.all([service.stop(), service.stop()]);
    finish.happens();
    await stopped;
    expect(story).toEqual(['handled', 'loop ended']);
  });
});

test('while a store is out of reach the message is tried again, health names it, and then it is forgotten', async () => {
  await withBus(async ({ run, tell }) => {
    let left = 3;
    let during: Health | null = null;
    const handled = happening();
    const service = await run({
      consumes: [
        shared(async function* (messages: readonly Envelope[]) {
          if (left === 1) during = service.health();
          left -= 1;
          if (left > 0) throw Object.assign(new Error('the disk is full'), { name: 'TransientError' });
          yield messages.map(({ id }) => word('events', 'k', id));
          handled.happens();
        }),
      ],
    });
    await tell(word('inputs', 'k', 'a'));
    await handled.happened;
    await service.stop();
    expect(during).toMatchObject({
      ready: true,
      parts: [{ setAside: [{ what: 'k', reason: 'the disk is full', since: 7 }], deadLetters: 0 }],
    });
    expect(service.health().parts).toEqual([
      { name: 'srm.inputs.v1', state: 'stopped', lastError: { at: 7, text: 'the disk is full' }, deadLetters: 0, setAside: [] },
    ]);
  });
});

test('records that are asked for as they came are tried again too while a store is out of reach, and health names their key', async () => {
  await withBus(async ({ run, tell }) => {
    let left = 2;
    let during: Health | null = null;
    const keys: string[] = [];
    const handled = happening();
    const on: Handler = () => {
      throw new Error('is not asked');
    };
    const raw: RawHandler = async function* (records) {
      if (left-- > 0) throw Object.assign(new Error('the disk is full'), { name: 'TransientError' });
      during = service.health();
      keys.push(...records.map(({ key }) => key));
      yield [];
      handled.happens();
    };
    const service = await run({ consumes: [{ ...shared(on), raw }] });
    await tell(word('inputs', 'k', 'a'));
    await handled.happened;
    expect(during).toMatchObject({ parts: [{ setAside: [{ what: 'k', reason: 'the disk is full', since: 7 }], deadLetters: 0 }] });
    await service.stop();
    expect([keys, service.health().parts[0]?.setAside]).toEqual([['k'], []]);
  });
});

test('a key that is set aside holds up no other, and health names it with the reason until it is handled', async () => {
  await withBus(async ({ run, tell, aside, bus }) => {
    let mended = false;
    const [other, healed] = [happening(), happening()];
    const on: Handler = async function* (messages) {
      const key = messages[0]?.subject;
      if (key === 'ill' && !mended) throw new SetAside('an event of tomorrow');
      yield [];
      if (key === 'ill') healed.happens();
      else other.happens();
    };
    const service = await run({ consumes: [shared(on)] }, bus, { aside });
    await tell(word('inputs', 'ill', 'a'));
    while (!(await aside.has('tested', 'srm.inputs.v1', 'ill'))) await new Promise((resolve) => setImmediate(resolve));
    await tell(word('inputs', 'well', 'b'));
    await other.happened;
    expect(service.health()).toMatchObject({
      ready: true,
      parts: [{ setAside: [{ what: 'ill', reason: 'an event of tomorrow', since: 7 }], deadLetters: 0 }],
    });
    mended = true;
    await healed.happened;
    await service.stop();
    expect(service.health().parts[0]?.setAside).toEqual([]);
  });
});

test('a message that cannot be handled goes to the dead letter, and health counts it', async () => {
  await withBus(async ({ run, tell }) => {
    const second = happening();
    const service = await run({
      consumes: [
        shared(async function* (messages) {
          if (messages.some(({ id }) => id === 'poison')) throw new Error('makes no sense');
          yield [];
          second.happens();
        }),
      ],
    });
    await tell(word('inputs', 'k', 'poison'), word('inputs', 'k', 'good'));
    await second.happened;
    expect(service.health().parts).toMatchObject([{ deadLetters: 1, lastError: { text: 'makes no sense' }, setAside: [] }]);
  });
});

test('a loop that throws is started again, and health keeps its last error', async () => {
  await withBus(async ({ run }) => {
    let starts = 0;
    const third = happening();
    const service = await run({
      loops: [
        async function* (signal) {
          starts += 1;
          if (starts < 3) throw new Error(`fell at start ${starts}`);
          yield [];
          third.happens();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        },
      ],
    });
    await third.happened;
    expect(service.health().parts).toEqual([
      { name: 'loop 1', state: 'running', lastError: { at: 7, text: 'fell at start 2' }, deadLetters: 0, setAside: [] },
    ]);
  });
});

test('a service that cannot subscribe stops what had started and throws', async () => {
  await withBus(async ({ run, bus, log }) => {
    let subscribed = 0;
    let stopped = 0;
    const second: Bus = {
      publish: (records) => bus.publish(records),
      close: () => bus.close(),
      subscribe: async (options) => {
        subscribed += 1;
        if (subscribed === 2) throw new Error('no such topic');
        const reader = await bus.subscribe(options);
        return { stop: () => ((stopped += 1), reader.stop()) };
      },
    };
    const silent: Handler = async function* () {
      yield [];
    };
    await expect(run({ consumes: [shared(silent), { topic: 'events', read: 'whole', on: silent }] }, second)).rejects.toThrow(
      'no such topic',
    );
    expect([subscribed, stopped]).toEqual([2, 1]);
    expect(log.lines).toContain('error tested cannot start: no such topic');
  });
});

test('what a service has set aside is told by /readyz?verbose; it stays ready', async () => {
  await withBus(async ({ run }) => {
    const setAside = [{ what: 'operation/o', reason: 'the event NewerThing is not known here', since: 3 }];
    const service = await run({ setAside: () => setAside });
    const routes = healthRoutes(() => [service.health()]);
    const ask = async (path: string, verbose: boolean): Promise<unknown> => {
      const query = new Map(verbose ? [['verbose', '']] : []);
      const request = {
        method: 'GET',
        path,
        params: new Map(),
        query,
        headers: new Map(),
        body: new Uint8Array(),
        signal: new AbortController().signal,
      } as const;
      const answering = routes.find((one) => one.path === path)?.answer(request);
      return (await answering?.next())?.value;
    };
    expect(await ask('/readyz', true)).toMatchObject({ status: 200, json: { ready: true, services: [{ service: 'tested', setAside }] } });
    expect(await ask('/livez', false)).toMatchObject({ status: 200, text: 'ok\n' });
    await service.stop();
    expect(await ask('/readyz', false)).toMatchObject({ status: 503, text: 'not ready: tested\n' });
    expect(await ask('/livez', false)).toMatchObject({ status: 200 });
  });
});
