import type { BusRecord } from '@srm/messaging';
import { operationKey, type ActOnOperation } from '@srm/schemas';
import { count, type Counts } from './counts.ts';
import type { DrawnAct, DrawnOperation } from './draw-operations.ts';
import type { Drawn } from './draw.ts';
import { dataOf, texts } from './laws/evidence.ts';
import type { Acknowledged } from './laws/nothing-lost.ts';
import { longest } from './patience.ts';
import type { Chance } from './random.ts';
import { requestOf, type Stage } from './stage.ts';

export type Playing = Readonly<{
  on: Stage;
  draw: Drawn;
  by: Chance;
  counts: Counts;
  acknowledged: Acknowledged[];
  poison: BusRecord[];
  /** Aborted when the storm is over, and at the end of all. */
  calm: AbortSignal;
  over: AbortSignal;
}>;

export const operationIds = (draw: Drawn): readonly string[] => draw.operations.map((_, n) => `op-${n + 1}`);

/** Asks for the operations, one after the other or at once, and gives the operators' commands meanwhile. */
export async function played(playing: Playing): Promise<void> {
  const { on, draw, calm, counts } = playing;
  const one = async (n: number): Promise<void> => {
    const drawn = draw.operations[n];
    if (drawn === undefined) return;
    const id = `op-${n + 1}`;
    await on.clock.sleep(drawn.after, calm);
    if (draw.redefined?.turn === n) {
      count(counts, 'defined anew');
      await on.define(draw.redefined.yaml, 'anew');
    }
    await request(playing, id, drawn);
    for (const [m, act] of drawn.acts.entries())
      void moment(playing, id, act).then(() => (calm.aborted ? undefined : acted(playing, id, `${id}-act-${m + 1}`, act)));
    if (!draw.atOnce) await ends(playing, id);
  };
  const all = draw.operations.map((_, n) => n);
  if (draw.atOnce) await Promise.all(all.map(one));
  else for (const n of all) await one(n);
}

/** When somebody acts. */
async function moment({ on, by, calm }: Playing, id: string, { after, upon }: DrawnAct): Promise<void> {
  await on.clock.sleep(after, calm);
  if (!upon) return;
  const asked = (): number => on.told(id).filter(({ type }) => type === 'StepRequested').length;
  const before = asked();
  await on.until(() => calm.aborted || on.ended(id) !== undefined || asked() > before);
  await on.clock.sleep(by.below(1000), calm);
}

/** Until it is over; when the storm is, no longer than it may take, and not where somebody is to decide. */
async function ends({ on, calm }: Playing, id: string): Promise<void> {
  await on.until(() => calm.aborted || isOver(on, id));
  await on.within(longest, () => isOver(on, id) || isHeld(on, id));
}

/** It has ended, and nobody waits for what it held, or had asked for: once so, it stays so. */
export const isOver = (on: Stage, id: string): boolean =>
  on.ended(id) !== undefined && (on.happened(id, 'EnvironmentFreed') || !asksForLease(on, id));

/** Who asks, waits for nobody yet; who waits for a quiet environment to plan in names for whom. */
const asksForLease = (on: Stage, id: string): boolean =>
  on
    .told(id)
    .some((event) => event.type === 'OperationWaiting' && dataOf(event)['for'] === 'lease' && texts(event, 'operations').length === 0);

async function request({ on, by, counts, acknowledged }: Playing, id: string, { asked, starts }: DrawnOperation): Promise<void> {
  const notBefore = starts === null ? null : new Date(on.clock.now() + starts).toISOString();
  const said = { subject: operationKey(id), message: requestOf(id, { ...asked, notBefore }) };
  await on.say(...(by.is(0.2) ? [said, said] : [said]));
  count(counts, `operation ${asked.kind ?? 'release'}`);
  if (starts !== null) count(counts, 'operation not before');
  if (asked.components !== undefined && asked.components.length > 0) count(counts, `operation ${asked.kind ?? 'release'} of a part`);
  if (asked.restartConsumers === true) count(counts, 'operation that restarts consumers');
  if (typeof asked.deadline === 'number') count(counts, 'operation deadline');
  acknowledged.push({ key: operationKey(id), requestId: null });
}

/** `step`: sorts of steps, or one by its name. */
type Act = Omit<DrawnAct, 'step' | 'upon'> & Readonly<{ step: string | null }>;

/** One operator's command, as it would come from the page: named by an id, said once or twice. */
export async function acted({ on, by, counts, acknowledged }: Playing, id: string, requestId: string, act: Act): Promise<void> {
  const events = on.told(id);
  const failed = events.flatMap((event) => (event.type === 'StepFailed' && 'step' in event.data ? [String(event.data.step)] : []));
  const any = events.flatMap((event) => (event.type === 'StepRequested' && 'step' in event.data ? [String(event.data.step)] : []));
  const steps = act.step === 'failed' ? failed : act.step === 'any' ? any : act.step === null ? [] : [act.step];
  const number = events.at(-1)?.sequence ?? 0;
  const data: ActOnOperation['data'] = {
    operation: id,
    requestId,
    action: act.action,
    step: steps.length === 0 ? null : by.of(steps),
    reason: null,
    at: act.at === null ? null : act.at === 'now' ? number : by.below(number + 1),
    bodyDigest: null,
    actor: { name: by.of(['li', 'wang']), authenticated: false },
  };
  count(counts, `operator ${act.action}`);
  if (act.times > 1) count(counts, 'operator clicks twice');
  const said = { subject: operationKey(id), id: requestId, message: { type: 'ActOnOperation', data } };
  for (let time = 0; time < act.times; time++) await on.say(said);
  acknowledged.push({ key: operationKey(id), requestId });
}

/** Is it held by somebody's will, by a failure, or by an undo that people decide about? A freeze is lifted by others. */
export const isHeld = (on: Stage, id: string): boolean => on.ended(id) === undefined && heldBy(on, id) !== null;

export const isUndoing = (on: Stage, id: string): boolean => on.ended(id) === undefined && on.happened(id, 'CompensationStarted');

type Hold = Readonly<{ by: 'operator' | 'failure' | 'undo'; steps: readonly string[] }>;

function heldBy(on: Stage, id: string): Hold | null {
  let held: Hold | null = null;
  for (const { type, data } of on.told(id)) {
    if (type === 'OperationHeld' && 'by' in data && data.by !== 'freeze') held = data as Hold;
    if (/^(OperationResumed|CancelRequested|OperationGivenUp|OperationAbandoned)$/.test(type)) held = null;
  }
  return held;
}

/** Somebody decides about an operation that is held. */
export function decided(playing: Playing, id: string, round: number): Promise<void> {
  const { on, by } = playing;
  const held = heldBy(on, id);
  const last = round >= 4;
  const act = { after: 0, at: null, times: 1 } as const;
  const decision = `${id}-decision-${round}`;
  if (held?.by === 'undo') {
    const action = last ? 'resume' : by.of(['resume', 'skip', 'skip', 'retry'] as const);
    return acted(playing, id, decision, { ...act, action, step: by.is(0.5) && !last ? by.of(held.steps) : null });
  }
  const action = last ? 'cancel' : by.of(['retry', 'skip', 'giveUp', 'resume', 'cancel'] as const);
  return acted(playing, id, decision, { ...act, action, step: by.of(['failed', null] as const) });
}
