import type { Freeze } from './api.ts';
import { moment, safeJson, table } from './text.ts';
import { told } from './told.ts';
import type { Call } from './world.ts';
import { Mistake, exit } from './world.ts';

type Given = Readonly<{ reason?: string; until?: string; holdRunning?: boolean }>;

/** `srm freeze`: an environment, or all of a tenant; answered once it is decided. */
export async function freeze(call: Call, place: string, { reason, until, holdRunning }: Given): Promise<number> {
  if (reason === undefined) throw new Mistake(call.say.freezeWhy);
  const body = { frozen: true, reason, until: until ?? null, holdRunning: holdRunning ?? false };
  return said(call, await call.client.freeze(placed(call, place), body));
}

/** `srm unfreeze`: lifts the freeze that was put on exactly this. */
export const unfreeze = async (call: Call, place: string, { reason }: Given): Promise<number> =>
  said(call, await call.client.freeze(placed(call, place), { frozen: false, reason: reason ?? null }));

export async function getFreezes(call: Call, limit: number): Promise<number> {
  const items = await call.client.freezes({ limit });
  if (call.json) call.out.print(safeJson(items));
  else call.out.print(items.length === 0 ? call.say.noFreezes : table([call.say.freezeColumns, ...items.map((item) => row(call, item))]));
  return exit.succeeded;
}

function said(call: Call, freeze: Freeze): number {
  call.out.print(call.json ? safeJson(freeze) : freeze.frozen ? call.say.frozen(freeze.id) : call.say.unfrozen(freeze.id));
  return exit.succeeded;
}

const row = ({ say, language }: Call, { id, reason, since, until, holdRunning, actor }: Freeze): readonly string[] => [
  id,
  moment(since),
  until === null ? '–' : moment(until),
  actor?.name ?? 'SRM',
  holdRunning ? say.holdsRunning : '–',
  reason === null ? '–' : told(reason, language),
];

/** `tenant` or `tenant/environment`, as the address has it. */
function placed(call: Call, place: string): string {
  if (!/^[^/]+(\/[^/]+)?$/.test(place)) throw new Mistake(call.say.notPlace(place));
  return place.split('/').map(encodeURIComponent).join('/');
}
