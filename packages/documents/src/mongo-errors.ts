import { MongoError, MongoNetworkError, MongoServerSelectionError, MongoWriteConcernError } from 'mongodb';
import { Refused, TransientError } from './errors.ts';

/** Codes of a server that would do it, but not now: it is not the primary (any more), shuts down, or its majority is late. */
const passing: ReadonlySet<unknown> = new Set([
  ...[6, 7, 89, 9001], // host unreachable, host not found, network timeout, socket
  ...[91, 11_600, 11_602], // shutdown in progress, interrupted by it, interrupted by a change of state
  ...[189, 10_058, 10_107, 13_435, 13_436], // primary stepped down, not a writable primary, not primary and no secondary allowed, not either
  ...[64, 100], // the write concern was not met, or cannot be met now
  ...[50, 112, 133, 134, 262], // took too long, conflict of writes, no fitting member, read concern not yet there, time limit
]);

/** Of the driver itself: no connection, none free, closed. */
const away = /^Mongo(NotConnected|ClientClosed|TopologyClosed|PoolClosed|PoolCleared|WaitQueueTimeout|OperationTimeout|ServerClosed)/;

const isPassing = (error: MongoError): boolean =>
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  error instanceof MongoWriteConcernError ||
  away.test(error.name) ||
  passing.has(error.code) ||
  error.hasErrorLabel('RetryableWriteError');

/** Errors as the port has them. A taken key stays MongoDB's own, code 11000; a document too large for the driver is refused as the server would. */
export async function told<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MongoError && isPassing(error)) throw new TransientError(`MongoDB: ${error.message}`, { cause: error });
    if (nameOf(error) === 'RangeError') throw new Refused('a document is too large, at most 16 MB', 10_334);
    throw error;
  }
}

const nameOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'name' in error ? error.name : null);
