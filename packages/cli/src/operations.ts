import type { OperationRequest } from './api.ts';
import type { Picture } from './changes.ts';
import { Unreachable } from './http.ts';
import { renderEnding } from './ending.ts';
import { placed } from './placed.ts';
import { safeJson } from './text.ts';
import { watchOperation } from './watch.ts';
import type { Call } from './world.ts';
import { Left, exit } from './world.ts';

/** Asks for an operation and, unless told otherwise, watches it to its end. */
export async function operate(call: Call, request: OperationRequest, watching: boolean): Promise<number> {
  const { client, out, say, json } = call;
  const { id, kind, product, ...rest } = await client.request(request);
  if (watching) return watch(call, id);
  out.print(json ? safeJson({ id, kind, product, ...rest }) : say.asked(kind, product, id));
  return exit.succeeded;
}

/** `srm watch`: the picture until the end, then the ending; the exit code by outcome. */
export async function watch(call: Call, id: string): Promise<number> {
  const { client, out, json, language } = call;
  const { operation, steps } = await watched(json ? { ...call, out: { ...out, live: false, print: () => {} } } : call, id);
  if (json) out.print(safeJson(operation));
  else out.print(renderEnding(operation, steps, await placed(client, operation, call.sleep), language, call.named));
  return codeOf(operation.status);
}

export async function watched(call: Call, id: string): Promise<Picture> {
  const { client, out: screen, language: lang, now, sleep, signal } = call;
  const picture = await watchOperation(id, { client, screen, lang, now, sleep, signal }).catch((error: unknown) => {
    throw error instanceof Unreachable ? new Unreachable(client.server, call.say.lost(client.server, id)) : error;
  });
  if (picture === null) throw new Left(call.say.left(id));
  return picture;
}

export function codeOf(status: Picture['operation']['status']): number {
  if (status === 'succeeded' || status === 'planned') return exit.succeeded;
  return status === 'refused' ? exit.refused : exit.failed;
}
