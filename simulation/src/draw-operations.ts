import type { ActOnOperation, RequestOperation, SetFreeze } from '@srm/schemas';
import { environments, type DrawnProducts } from './draw-definitions.ts';
import type { Chance } from './random.ts';

/** An operator's command, said after so many milliseconds, or, `upon`, less than a second after the next step is asked for then. `step`: one that failed, any, or none is named; `at`: judged now, earlier, or not said. */
export type DrawnAct = Readonly<{
  after: number;
  upon: boolean;
  action: ActOnOperation['data']['action'];
  step: 'failed' | 'any' | null;
  at: 'now' | 'stale' | null;
  times: 1 | 2;
}>;

/** `starts`: milliseconds after it is asked for, before which it does not begin. */
export type DrawnOperation = Readonly<{
  asked: Partial<RequestOperation['data']>;
  after: number;
  starts: number | null;
  acts: readonly DrawnAct[];
}>;

/** A freeze is set after so many milliseconds and lifted so long after that; `ends`: it ends by itself before. Environment null: the whole tenant. */
export type DrawnFreeze = Readonly<
  Pick<SetFreeze['data'], 'environment' | 'holdRunning'> & { after: number; lifted: number; ends: number | null }
>;

type Kind = RequestOperation['data']['kind'];
const building: readonly Kind[] = ['release', 'release', 'release', 'deploy', 'compile', 'package'];
const running: readonly Kind[] = ['stop', 'start', 'restart', 'destroy', 'scale'];
const back: readonly Kind[] = ['rollback', 'undo', 'undo'];
/** Kinds that can change what others are configured with. */
const giving: readonly Kind[] = ['release', 'deploy', 'rollback', 'undo'];
const actions = ['cancel', 'cancel', 'hold', 'resume', 'retry', 'skip', 'giveUp', 'abandon', 'repair'] as const;

/** One after the other, more of them are about what ran before; as often as not they begin with releases that come to their ends.
 *  Where products are defined anew, what comes then brings a part of them, as a rule. */
export function drawnOperations(by: Chance, { running: names, again, defined }: DrawnProducts, atOnce: boolean): readonly DrawnOperation[] {
  const all: DrawnOperation[] = [];
  const givers = new Set([...defined.components].flatMap(([address, { asks }]) => (address.startsWith('shop/') ? asks : [])));
  const quiet = atOnce || (again === null && by.is(0.5)) ? 0 : (again?.turn ?? 1 + by.below(2));
  const many = Math.max(again === null ? 1 : again.turn + 1, quiet + (by.is(0.15) ? 4 + by.below(3) : 1 + by.below(4)));
  const kinds = atOnce ? [...building, ...building, ...running, ...back] : [...building, ...running, ...running, ...back, ...back];
  while (all.length < many)
    if (again !== null && all.length === again.turn && all.length >= quiet)
      all.push(operation(by, all, names, by.of(['release', 'deploy', 'deploy'] as const), false, by.is(0.8) ? givers : null));
    else all.push(operation(by, all, names, all.length === 0 || all.length < quiet ? 'release' : by.of(kinds), all.length < quiet));
  return all;
}

function operation(
  by: Chance,
  before: readonly DrawnOperation[],
  names: ReadonlyMap<string, readonly string[]>,
  kind: Kind,
  quiet: boolean,
  turning: ReadonlySet<string> | null = null,
): DrawnOperation {
  const product = quiet || turning !== null || by.is(0.5) ? 'shop' : by.of([...names.keys()]);
  const some = (names.get(product) ?? []).filter((name) => by.is(turning?.has(name) === true ? 0.7 : 0.4));
  const place = { product, environment: quiet || turning !== null || by.is(0.8) ? 'development' : by.of(environments) };
  const scaled = some.length > 0 ? some : (names.get(product) ?? []).slice(0, 1);
  const chooses =
    turning !== null || (!quiet && by.is(running.includes(kind) ? 0.4 : before.length > 0 && building.includes(kind) ? 0.35 : 0.05));
  const replicas = by.of([1, 1, 2, 3]);
  const asked = {
    kind,
    ...(kind === 'undo' ? takingBack(by, before) : place),
    components: chooses && kind !== 'scale' ? some : [],
    perComponent: kind === 'scale' ? scaled.map((name) => ({ name, spec: null, parameters: null, replicas })) : [],
    pipeline: by.of([null, 'eager' as const, 'buildFirst' as const]),
    force: by.of([null, null, true]),
    restartConsumers: giving.includes(kind) ? by.of([null, null, true]) : null,
  };
  const after = by.is(0.5) ? 0 : by.below(20_000);
  if (quiet) return { asked, after, starts: null, acts: [] };
  return {
    asked: {
      ...asked,
      onFailure: by.of([null, null, 'compensate' as const, 'hold' as const, 'keep' as const]),
      preview: by.is(0.05),
      deadline: by.is(0.15) ? by.of([2_000, 10_000, 60_000]) : null,
    },
    after,
    starts: by.is(0.1) ? by.below(60_000) : null,
    acts: by.is(0.35) ? Array.from({ length: 1 + by.below(4) }, () => act(by)) : [],
  };
}

/** As the door says it: where the operation was that is taken back. */
function takingBack(
  by: Chance,
  before: readonly DrawnOperation[],
): Pick<Partial<RequestOperation['data']>, 'of' | 'product' | 'environment'> {
  const n = by.is(0.6) ? before.length - 1 : by.below(before.length);
  const { product = 'shop', environment = 'development' } = before[n]?.asked ?? {};
  return { of: `op-${n + 1}`, product, environment };
}

const act = (by: Chance): DrawnAct => ({
  after: by.of([5_000, 60_000]) * by.next(),
  upon: by.is(0.4),
  action: by.of(actions),
  step: by.of(['failed' as const, 'failed' as const, 'any' as const, null, null]),
  at: by.of(['now' as const, 'stale' as const, null, null]),
  times: by.is(0.3) ? 2 : 1,
});

export const drawnFreezes = (by: Chance): readonly DrawnFreeze[] =>
  by.is(0.2)
    ? Array.from({ length: 1 + by.below(3) }, () => ({
        environment: by.is(0.3) ? null : by.is(0.8) ? 'development' : by.of(environments),
        holdRunning: by.is(0.5),
        after: by.below(60_000),
        lifted: 1_000 + by.below(90_000),
        ends: by.is(0.3) ? 1_000 + by.below(60_000) : null,
      }))
    : [];
