import { Refused, placed, type Operation, type OperationRequest, type Resource } from '@srm/cli';
import type { Following } from './kill-asking.ts';
import { carriedOut, momentsOf, type Chance, type Told, type World } from './kill-moments.ts';
import { environment, product, writeProduct, type Variant } from './kill-product.ts';
import { writeShop } from './kill-shop.ts';
import { seen, servedBy, urlsOf } from './kill-traces.ts';

export type Game = Readonly<{
  world: World;
  /** Of SRM. */
  home: string;
  folder: string;
  shop: boolean;
  /** Supervisors and runners are killed too: what should succeed may fail, in words, and be undone. */
  lenient: boolean;
  chance: Chance;
  /** How many deaths the next operation is given. */
  kills: () => number;
  /** Called while SRM is dead. */
  dead: () => void;
}>;

/** What was played, in words; what happened; which law it broke, in sentences. */
export type Played = Readonly<{
  what: Readonly<{ kind: OperationRequest['kind']; words: string; kills: number }>;
  told: Told;
  faults: readonly string[];
}>;

export type Playing = Readonly<{
  play: (name: string) => Promise<Played>;
  stopped: () => Promise<readonly string[]>;
  urls: ReadonlySet<string>;
}>;

type Running = Readonly<{ resources: readonly Resource[]; says: readonly object[] }>;
type Move = Readonly<{ kind: 'release' | 'start' | 'stop'; variant: Variant | null; words: string }>;
const endings = /^Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled|Refused|Planned)$/;

/** Operations one after the other, as chance has it, each held against what it must have come to. */
export function playing(game: Game): Playing {
  const { world, chance, folder, home, shop } = game;
  const { asking, clock } = world;
  const urls = new Set<string>();
  let releases = 0;
  let now: Variant | null = null;
  let state: 'absent' | 'running' | 'stopped' = 'absent';
  let before: Running = { resources: [], says: [] };

  const move = (): Move => {
    if (state === 'running' && chance.whole(7) === 0) return { kind: 'stop', variant: null, words: 'stop' };
    if (state === 'stopped' && chance.whole(2) === 0) return { kind: 'start', variant: null, words: 'start' };
    const fault = chance.of('none', 'none', 'none', 'never-ready', 'never-ready', 'does-not-compile');
    releases += 1;
    const store = chance.whole(2) === 0 && now !== null ? now.store : String(releases);
    const variant: Variant = { store, web: String(releases), greeting: `greeting ${releases}`, mode: chance.of('quiet', 'loud'), fault };
    return {
      kind: 'release',
      variant,
      words: `release${fault === 'none' ? '' : `, ${fault}`}${state === 'absent' ? ', into nothing' : ''}`,
    };
  };
  const request = (kind: Move['kind']): OperationRequest => ({ kind, product: shop ? 'shop' : product, environment, preview: false });
  const look = async (operation: Operation): Promise<Running> => {
    const found = await asking.insist((client) => placed(client, operation, clock.sleep));
    const there = found
      .filter((one) => one.state !== 'absent' || one.changing !== null)
      .sort((a, b) => a.component.localeCompare(b.component));
    const running = there.filter((one) => one.state === 'running').flatMap(urlsOf);
    for (const url of running) urls.add(url);
    return {
      resources: there,
      says: shop
        ? await Promise.all(running.map(ready))
        : await Promise.all(running.map((url) => patient(async () => (await servedBy(url)).says))),
    };
  };
  /** Where a supervisor was killed, it is away until SRM has started it again. */
  const patient = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (const limit = clock.now() + (game.lenient ? 20_000 : 0); ; await clock.sleep(100)) {
      const answer = await ask().catch((error: unknown) => (clock.now() > limit ? Promise.reject(error) : null));
      if (answer !== null) return answer;
    }
  };
  const ready = (url: string): Promise<object> => patient(async () => ({ url, status: (await fetch(`${url}/ready`)).status }));

  const allowed = ({ kind, variant }: Move, cancelled: boolean): readonly Operation['status'][] => {
    const fault = variant?.fault ?? 'none';
    const usual =
      fault === 'none'
        ? (['succeeded'] as const)
        : fault === 'never-ready'
          ? (['compensated'] as const)
          : (['failed', 'compensated'] as const);
    const more = game.lenient && (kind !== 'release' || fault !== 'does-not-compile') ? (['failed', 'compensated'] as const) : [];
    return [...usual, ...more, ...(cancelled ? (['cancelled'] as const) : [])];
  };
  const judged = (told: Told, played: Move, cancelled: boolean, after: Running): readonly string[] => {
    const { operation, record, heard } = told;
    const upTo = (count: number): string => Array.from({ length: count }, (_, index) => index + 1).join();
    const end = record.findIndex(({ type }) => endings.test(type));
    // Who asks for something after the end is told so, in the record; the stream ends with the end.
    const later = record.slice(end + 1).filter(({ type }) => type !== 'ActionRefused');
    const ended = record.flatMap(({ type }, index) => (endings.test(type) ? [`${type} at ${index + 1} of ${record.length}`] : []));
    const succeeded = operation.status === 'succeeded';
    const was = succeeded ? changed(played, state === 'running' || played.kind !== 'release') : [before.resources.map(seen), before.says];
    const is = succeeded
      ? [after.resources.flatMap(({ component, state }) => (component === 'seed' ? [] : [[component, state]])), shop ? [] : after.says]
      : [after.resources.map(seen), after.says];
    return [
      ...(allowed(played, cancelled).includes(operation.status) ? [] : [`${operation.id} ended ${operation.status}: ${operation.reason}`]),
      ...(record.map(({ sequence }) => sequence).join() === upTo(record.length)
        ? []
        : [`${operation.id}: its events are not 1 to ${record.length}`]),
      ...(heard.join() === upTo(end + 1) ? [] : [`${operation.id}: its stream was not 1 to ${end + 1}`]),
      ...(ended.length === 1 && later.length === 0 ? [] : [`${operation.id} ended: ${ended.join(', ')}`]),
      ...(operation.left.length === 0 ? [] : [`${operation.id} left ${JSON.stringify(operation.left)}`]),
      ...(JSON.stringify(was) === JSON.stringify(is)
        ? []
        : [`${operation.id}: it should be ${JSON.stringify(was)} and is ${JSON.stringify(is)}`]),
    ];
  };
  /** What a success comes to: the state of each service, and what each says. */
  const changed = ({ kind, variant }: Move, known: boolean): readonly unknown[] => {
    const names =
      known && before.resources.length > 0
        ? before.resources.flatMap(({ component }) => (component === 'seed' ? [] : [component]))
        : shop
          ? shopServices
          : ['aside', 'store', 'web'];
    const states = names.map((name) => [name, kind === 'stop' ? 'stopped' : 'running']);
    return [states, shop || kind === 'stop' ? [] : saysOf(variant ?? now)];
  };
  const cancelling =
    (after: number) =>
    async (id: string, following: Following): Promise<void> => {
      await following.reached(after);
      await asking.insist((client) =>
        client
          .cancel(id, 'by chance')
          .catch((error: unknown) => (error instanceof Refused && error.problem.status === 409 ? null : Promise.reject(error))),
      );
    };

  const play = async (name: string): Promise<Played> => {
    const played = move();
    const cancel = chance.whole(5) === 0 ? 1 + chance.whole(played.kind === 'release' ? 65 : 12) : null;
    const kills = game.kills();
    // Room for those that come after the first.
    const moments = momentsOf(chance, kills, Math.max(6, (played.kind === 'release' ? 65 : 12) - 4 * (kills - 1)));
    if (played.variant !== null) {
      const { yaml, base } = shop ? writeShop(home, folder, played.variant, name) : writeProduct(folder, played.variant, name);
      await asking.insist((client) => client.define(yaml, base));
    }
    const besides = { dead: game.dead, ...(cancel === null ? {} : { meanwhile: cancelling(cancel) }) };
    const told = await carriedOut(world, (client) => client.request(request(played.kind), name), moments, besides);
    const after = await look(told.operation);
    const faults = judged(told, played, cancel !== null, after);
    if (told.operation.status === 'succeeded') {
      now = played.variant ?? now;
      state = played.kind === 'stop' ? 'stopped' : 'running';
    }
    before = after;
    const words = `${played.words}${cancel === null ? '' : `, cancelled after ${cancel} events`}`;
    return { what: { kind: played.kind, words, kills: moments.length }, told, faults };
  };
  const stopped = async (): Promise<readonly string[]> => {
    if (state !== 'running') return [];
    const { operation } = await carriedOut(world, (client) => client.request(request('stop'), 'last'), []);
    return operation.status === 'succeeded' ? [] : [`the last stop ended ${operation.status}: ${operation.reason}`];
  };
  return { play, stopped, urls };
}

const shopServices = ['cart', 'catalogue', 'order', 'reviews', 'stock', 'store', 'web'];

const saysOf = (variant: Variant | null): readonly object[] =>
  variant === null
    ? []
    : [
        { component: 'aside', source: '1', greeting: null, mode: null },
        { component: 'store', source: variant.store, greeting: null, mode: null },
        { component: 'web', source: variant.web, greeting: variant.greeting, mode: variant.mode },
      ];
