import type { Documents } from '@srm/documents';
import type { Clock, Log, Outgoing } from '@srm/messaging';
import type { CancelStep, Envelope, RunStep, UndoStep } from '@srm/schemas';
import { bridgeService } from '../bridge-service.ts';
import type { Driver } from '../driver.ts';

type Timer = { at: number; ring: () => void };
/** `at`: the time at which the call was made. */
export type Turn = Readonly<{ owner: string; what: string; at: number; go: () => void }>;

/** Simulated time and order: every call of a port waits for its turn; whoever runs the world says whose is next. */
export const world = () => {
  let now = Date.parse('2026-11-24T10:00:00.000Z');
  const timers = new Set<Timer>();
  const turns: Turn[] = [];
  const dead = new Set<string>();
  const trace: string[] = [];

  const turn = (owner: string, what: string): Promise<void> => {
    const { promise, resolve } = pending();
    if (!dead.has(owner)) turns.push({ owner, what, at: now, go: resolve });
    return promise;
  };
  const clock = (owner: string): Clock => ({
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted || dead.has(owner)) return dead.has(owner) ? undefined : resolve();
        const ring = (): void => {
          timers.delete(timer);
          signal?.removeEventListener('abort', ring);
          resolve();
        };
        const timer = { at: now + milliseconds, ring };
        timers.add(timer);
        signal?.addEventListener('abort', ring);
      }),
  });
  const next = (): Timer | undefined => [...timers].sort((a, b) => a.at - b.at)[0];
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  return {
    clock,
    turn,
    trace,
    /** Its calls never come back; a start that is on its way still arrives. */
    kill: (owner: string): void => {
      dead.add(owner);
      for (const one of turns.splice(0)) if (one.owner !== owner || one.what === 'driver.start') turns.push(one);
    },
    waiting: async (): Promise<readonly Turn[]> => {
      await settle();
      return turns;
    },
    take: (one: Turn | undefined): void => {
      if (one === undefined || !turns.includes(one)) return;
      turns.splice(turns.indexOf(one), 1);
      trace.push(`${one.owner} ${one.what}`);
      one.go();
    },
    /** The time to which the world would advance. */
    nextAt: (): number => next()?.at ?? now,
    /** To the next timer; false: there is none. */
    advance: (): boolean => {
      const timer = next();
      if (timer === undefined) return false;
      now = Math.max(now, timer.at);
      timer.ring();
      return true;
    },
  };
};

export type World = ReturnType<typeof world>;

const pending = () => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
};

/** Each call waits for a turn before it takes effect and for one before its answer is had: death on either side of it. */
export const stepping = <T extends object>(port: T, owner: string, w: World, name: string): T =>
  new Proxy(port, {
    get: (target, property) => {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        const what = `${name}.${String(property)}`;
        if (property === 'collection') return stepping(Reflect.apply(member, target, given) as object, owner, w, String(given[0]));
        if (property === 'find') return { toArray: () => stepped(w, owner, what, () => Reflect.apply(member, target, given).toArray()) };
        return stepped(w, owner, what, () => Reflect.apply(member, target, given));
      };
    },
  });

const stepped = async <T>(w: World, owner: string, what: string, act: () => Promise<T>): Promise<T> => {
  await w.turn(owner, what);
  const answer = await act();
  await w.turn(owner, `${what} answered`);
  return answer;
};

export const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** One incarnation of a bridge, and all that it has published. */
export const incarnation = (w: World, owner: string, parts: Readonly<{ documents: Documents; driver: Driver; published: Outgoing[] }>) => {
  const service = bridgeService({
    name: 'sem',
    drivers: new Map([['nothing', stepping(parts.driver, owner, w, 'driver')]]),
    documents: stepping(parts.documents, owner, w, 'documents'),
    clock: w.clock(owner),
    newId: () => owner,
    log: quiet,
    pause: 500,
  });
  const stop = new AbortController();
  const publish = async (said: AsyncIterable<readonly Outgoing[]>): Promise<void> => {
    for await (const batch of said) {
      await w.turn(owner, 'publish');
      parts.published.push(...batch);
      await w.turn(owner, 'published');
    }
  };
  return {
    owner,
    runs: Promise.all(service.loops.map((loop) => publish(loop(stop.signal)))),
    handle: (message: Envelope): Promise<void> => publish(service.consumes[0]!.on([message])),
    stop: () => stop.abort(),
  };
};

export type Command = Envelope<RunStep> | Envelope<UndoStep> | Envelope<CancelStep>;
