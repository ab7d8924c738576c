import type { BusRecord } from '@srm/messaging';
import { operationKey, type ActOnOperation } from '@srm/schemas';
import { count, type Counts } from './counts.ts';
import type { Drawn, DrawnAct, DrawnOperation } from './draw.ts';
import type { Acknowledged } from './laws/nothing-lost.ts';
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
  const { on, draw, calm } = playing;
  const one = async (n: number): Promise<void> => {
    const drawn = draw.operations[n];
    if (drawn === undefined) return;
    const id = `op-${n + 1}`;
    await on.clock.sleep(drawn.after, calm);
    await request(playing, id, drawn);
    for (const [m, act] of drawn.acts.entries())
      void on.clock.sleep(act.after, calm).then(() => (calm.aborted ? undefined : acted(playing, id, `${id}-act-${m + 1}`, act)));
    if (!draw.atOnce) await on.until(() => calm.aborted || isOver(on, id));
  };
  const all = draw.operations.map((_, n) => n);
  if (draw.atOnce) await Promise.all(all.map(one));
  else for (const n of all) await one(n);
}

/** It has ended, and nobody waits for what it held. */
export const isOver = (on: Stage, id: string): boolean =>
  on.ended(id) !== undefined && (!on.happened(id, 'EnvironmentLeaseAsked') || on.happened(id, 'EnvironmentFreed'));

async function request({ on, by, counts, acknowledged }: Playing, id: string, { asked }: DrawnOperation): Promise<void> {
  const said = { subject: operationKey(id), message: requestOf(id, asked) };
  await on.say(...(by.is(0.2) ? [said, said] : [said]));
  count(counts, `operation ${asked.kind ?? 'release'}`);
  acknowledged.push({ operation: id, requestId: null });
}

/** One operator's command, as it would come from the page: named by an id, said once or twice. */
export async function acted({ on, by, counts, acknowledged }: Playing, id: string, requestId: string, act: DrawnAct): Promise<void> {
  const events = on.told(id);
  const failed = events.flatMap((event) => (event.type === 'StepFailed' && 'step' in event.data ? [String(event.data.step)] : []));
  const any = events.flatMap((event) => (event.type === 'StepRequested' && 'step' in event.data ? [String(event.data.step)] : []));
  const steps = act.step === 'failed' ? failed : act.step === 'any' ? any : [];
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
  const said = { subject: operationKey(id), id: requestId, message: { type: 'ActOnOperation', data } };
  for (let time = 0; time < act.times; time++) await on.say(said);
  acknowledged.push({ operation: id, requestId });
}

/** Is it held by somebody's will, or by a failure where people decide? */
export function isHeld(on: Stage, id: string): boolean {
  let held = false;
  for (const { type } of on.told(id)) {
    if (type === 'OperationHeld') held = true;
    if (/^(OperationResumed|CancelRequested|OperationGivenUp|OperationAbandoned)$/.test(type)) held = false;
  }
  return held && on.ended(id) === undefined;
}

/** Somebody decides about an operation that is held. */
export const decided = (playing: Playing, id: string, round: number): Promise<void> =>
  acted(playing, id, `${id}-decision-${round}`, {
    after: 0,
    action: playing.by.of(round < 4 ? (['retry', 'skip', 'giveUp', 'resume', 'cancel'] as const) : (['cancel'] as const)),
    step: playing.by.of(['failed' as const, null]),
    at: null,
    times: 1,
  });
