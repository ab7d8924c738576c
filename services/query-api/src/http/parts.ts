import type { Clock, Codec, Log } from '@srm/messaging';
import type { Answer, Request, Route } from '@srm/service';
import type { Bell } from '../bell.ts';
import type { Stores } from '../stores.ts';
import type { OperationView } from '../views/operation-view.ts';
import type { Admission } from './admission.ts';
import type { Keys } from './keys.ts';

/** What the routes work with. */
export type Parts = Readonly<{
  stores: Stores;
  codec: Codec;
  clock: Clock;
  bell: Bell;
  log: Log;
  newId: () => string;
  /** Who asks when nobody says so. */
  actor: string;
  /** Operations that were asked for here and of which nothing is known yet. */
  asked: Asked;
  keys: Keys;
  admission: Admission;
}>;

export type Asked = Readonly<{
  add: (operation: OperationView) => void;
  get: (id: string) => OperationView | null;
  forget: (id: string) => void;
}>;

const most = 1000;

export function askedHere(): Asked {
  const all = new Map<string, OperationView>();
  return {
    add(operation) {
      const [oldest] = all.keys();
      if (all.size >= most && oldest !== undefined) all.delete(oldest);
      all.set(operation._id, operation);
    },
    get: (id) => all.get(id) ?? null,
    forget: (id) => void all.delete(id),
  };
}

/** The view, or the request while there is none yet. */
export async function operationNow({ stores, asked }: Parts, id: string): Promise<OperationView | null> {
  const found = await stores.operations.findOne({ _id: id });
  if (found !== null) asked.forget(id);
  return found ?? asked.get(id);
}

/** The operation that a path names. */
export const idIn = ({ params }: Request): string => params.get('id') ?? '';

/** A route that says nothing. */
export const reading = (path: string, answer: (request: Request) => Promise<Answer>): Route => ({
  method: 'GET',
  path,
  async *answer(request) {
    return await answer(request);
  },
});
