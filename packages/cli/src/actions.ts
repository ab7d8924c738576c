import type { Action } from './api.ts';
import { safeJson } from './text.ts';
import type { Call } from './world.ts';
import { exit } from './world.ts';

/** The commands by which an operator decides, as they are typed, and what they are called over HTTP. */
export const actions = {
  cancel: 'cancel',
  hold: 'hold',
  resume: 'resume',
  retry: 'retry',
  skip: 'skip',
  'give-up': 'giveUp',
  abandon: 'abandon',
  repair: 'repair',
} as const satisfies Record<string, Action>;

export type ActionCommand = keyof typeof actions;

/** Abandon and repair are for whatever there is. */
const isJudged = (action: Action): boolean => action !== 'abandon' && action !== 'repair';

/** `srm hold`, `srm retry` and so on: said once, answered once it is taken or refused. */
export async function act(call: Call, name: ActionCommand, id: string, step: string | null, reason: string | null): Promise<number> {
  const action = actions[name];
  const about = step === null ? { action, reason } : { action, step, reason };
  // What is decided is decided about the operation as it is now: whatever changes its course in between wins, and is named.
  const at = isJudged(action) ? { at: (await call.client.operation(id)).number } : {};
  const operation = await call.client.act(id, { ...about, ...at });
  call.out.print(call.json ? safeJson(operation) : call.say.acted[action](id));
  return exit.succeeded;
}
