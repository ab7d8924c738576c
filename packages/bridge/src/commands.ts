import { isTransient, sentence, type Log, type Outgoing } from '@srm/messaging';
import type { CancelStep, Envelope, RunStep, UndoStep } from '@srm/schemas';
import type { Book } from './book.ts';

import type { Hub } from './hub.ts';
import type { JobDocument } from './job-document.ts';
import { reportMessage } from './report.ts';

type Says = AsyncIterable<readonly Outgoing[]>;
export type StepCommand = RunStep | UndoStep | CancelStep;

const cancelled = (reason: string) => ({ kind: 'JobCancelled', reason, effect: 'none', evidence: null }) as const;
const failed = (reason: string, code = 'command') =>
  ({ kind: 'JobFailed', reason, code, retryable: false, effect: 'none', evidence: null }) as const;

/** The handlers of the commands about steps. They only write into the book, and answer a repeated command with the job's last report. */
export const stepCommands = (name: string, book: Book, hub: Hub, log: Log) => {
  const lastReport = function* (job: JobDocument | null): Iterable<readonly Outgoing[]> {
    if (job?.report) yield [{ topic: 'inputs', message: reportMessage(name, job, job.report) }];
  };
  const justClosed = async function* (id: string): Says {
    const job = await book.find(id);
    yield* lastReport(job);
    if (job?.state === 'closed') await book.markSaid(job);
  };

  const begin = async function* (command: Envelope<RunStep | UndoStep>): Says {
    // Whoever starts the job raises its fence before that, too: neither needs the other to be there first.
    const [inserted] = await Promise.all([book.insert(command), book.fences.raise(command.data)]);
    if (!inserted) yield* lastReport(await book.find(command.data.job));
    hub.wake(command.data.job);
  };

  const run = async function* (command: Envelope<RunStep>): Says {
    if (command.data.action !== 'undo') return yield* begin(command);
    const reason = 'RunStep cannot ask for an undo: UndoStep does, and names the step it undoes';
    if (await book.insertClosed(command, failed(reason, 'bad-command'))) return yield* justClosed(command.data.job);
    yield* lastReport(await book.find(command.data.job));
    hub.wake(command.data.job);
  };

  const cancel = async function* (command: Envelope<CancelStep>): Says {
    const { job, reason } = command.data;
    if (!(await book.askCancel(job, reason))) {
      if (await book.insertClosed(command, cancelled(reason))) return yield* justClosed(job);
      // Opened since, or closed: a second look tells which.
      if (!(await book.askCancel(job, reason))) yield* lastReport(await book.find(job));
    }
    hub.wake(job);
  };

  /** Instead of the dead letter (protocol 19): the step must end, and only its bridge can end it. */
  const giveUp = async function* (command: Envelope<StepCommand>, error: unknown): Says {
    const reason = `the ${name} bridge could not take the command: ${sentence(error)}`;
    const { job } = command.data;
    if (await book.insertClosed(command, failed(reason))) return yield* justClosed(job);
    const known = await book.find(job);
    if (known !== null && (await book.close(known, 'no start right', failed(reason)))) return yield* justClosed(job);
    await book.askCancel(job, reason);
    hub.wake(job);
  };

  const guarded = <C extends StepCommand>(handle: (command: Envelope<C>) => Says) =>
    async function* (command: Envelope<C>): Says {
      try {
        yield* handle(command);
      } catch (error) {
        if (isTransient(error)) throw error;
        log.error({ error, job: command.data.job }, 'a command could not be taken; its job is closed');
        yield* giveUp(command, error);
      }
    };

  return { RunStep: guarded<RunStep>(run), UndoStep: guarded<UndoStep>(begin), CancelStep: guarded<CancelStep>(cancel) };
};
