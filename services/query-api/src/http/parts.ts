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
  keys: Keys;
  admission: Admission;
}>;

/** The operation as it is known; the request while nothing has been decided. */
export const operationNow = ({ stores }: Parts, id: string): Promise<OperationView | null> => stores.operations.findOne({ _id: id });

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
