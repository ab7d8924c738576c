import type { Documents, Filter } from '@srm/documents';
import { inserted } from '@srm/documents';
import type { CancelStep, Envelope, RunStep, UndoStep } from '@srm/schemas';
import type { Clock } from '@srm/messaging';
import { fences } from './fences.ts';
import type { JobDocument, JobState, Verdict } from './job-document.ts';
import type { Ending, Finding } from './report.ts';
import { written } from './report.ts';
import { restorePoints } from './restore-points.ts';

/** On what condition a job is closed (protocol 13): no start right was ever taken; the target shows its end; the right's number is unchanged. */
export type ClosedOn = 'no start right' | 'end' | Readonly<{ number: number }>;

export type Book = ReturnType<typeof book>;

const before: readonly JobState[] = ['opened', 'restorable'];
const after: readonly JobState[] = ['starting', 'started'];

type StepCommand = RunStep | UndoStep | CancelStep;

const bare = (command: StepCommand): StepCommand => {
  if (command.type === 'RunStep') return { type: command.type, data: command.data };
  if (command.type === 'UndoStep') return { type: command.type, data: command.data };
  return { type: command.type, data: command.data };
};

const opened = (command: Envelope<StepCommand>, action: string): JobDocument => {
  const { id, correlationid, traceparent } = command;
  const { job, operation, step, attempt, fence } = command.data;
  return {
    _id: job,
    operation,
    step,
    attempt,
    action,
    fence,
    command: bare(command),
    cause: { id, correlationid, traceparent },
    state: 'opened',
    open: true,
    cancelAsked: false,
    cancelReason: null,
    restorePoint: null,
    startRight: null,
    verdict: null,
    logOffset: 0,
    report: null,
  };
};

/** An undo reads the restore point of another step, and takes none; where there is nothing to undo by, there is none to be said. */
const startable = ({ state, command }: JobDocument, nothing: boolean): boolean =>
  state === 'starting' || state === 'restorable' || (state === 'opened' && (nothing || command.type === 'UndoStep'));

const onlyIf = (on: ClosedOn): Filter => {
  if (on === 'no start right') return { state: { $in: before }, startRight: null };
  if (on === 'end') return { state: { $in: after } };
  return { state: { $in: after }, 'startRight.number': on.number };
};

/** The book of one bridge: one document a job. Every transition is one conditional write; false: somebody else was faster. */
export const book = (documents: Documents, name: string, clock: Clock) => {
  const jobs = documents.collection<JobDocument>(`${name}.jobs`);

  const report = (job: JobDocument, restorePoint: string | null, finding: Finding) =>
    written(name, job, restorePoint, finding, new Date(clock.now()).toISOString());

  /** A report may be followed only when it was said (protocol 18): the last one is all that is kept. Who has just said it marks it with what follows. */
  const move = async (job: JobDocument, condition: Filter, change: object): Promise<boolean> => {
    if (job.report?.said === false) return false;
    const last = job.report === null ? { report: null } : { 'report.number': job.report.number };
    const mark = job.report === null || 'report' in change ? {} : { 'report.said': true };
    return (await jobs.updateOne({ _id: job._id, ...last, ...condition }, { $set: { ...mark, ...change } })).matchedCount > 0;
  };

  return {
    prepare: () => jobs.createIndex({ open: 1 }, { name: 'open', partialFilterExpression: { open: true } }),
    find: (id: string): Promise<JobDocument | null> => jobs.findOne({ _id: id }),
    /** The jobs that are not closed, or whose closing was not said. */
    open: async (): Promise<readonly string[]> => (await jobs.find({ open: true }).toArray()).map(({ _id }) => _id),

    /** – → opened */
    insert: (command: Envelope<RunStep | UndoStep>): Promise<boolean> => inserted(jobs, opened(command, command.data.action)),
    /** – → closed, for a command whose job is not in the book. */
    insertClosed: (command: Envelope<StepCommand>, ending: Ending): Promise<boolean> => {
      const job = opened(command, 'action' in command.data ? command.data.action : 'cancel');
      return inserted(jobs, { ...job, state: 'closed', report: report(job, null, ending) });
    },
    /** False: it is closed, or not in the book. */
    askCancel: async (id: string, reason: string): Promise<boolean> => {
      const change = { $set: { cancelAsked: true, cancelReason: reason } };
      return (await jobs.updateOne({ _id: id, state: { $ne: 'closed' } }, change)).matchedCount > 0;
    },
    /** The last report is said; after that of a closed job nothing is left to do. */
    markSaid: async (job: JobDocument): Promise<void> => {
      const change = job.state === 'closed' ? { 'report.said': true, open: false } : { 'report.said': true };
      await jobs.updateOne({ _id: job._id, 'report.number': job.report?.number ?? 0, state: job.state }, { $set: change });
    },

    /** opened → restorable, with JobRestorable. */
    restorable: (job: JobDocument, restorePoint: string): Promise<boolean> =>
      move(job, { state: 'opened' }, { state: 'restorable', restorePoint, report: report(job, restorePoint, { kind: 'JobRestorable' }) }),
    /** restorable (an undo, and what has nothing to undo by: opened) → starting, or starting → starting as a takeover. Gives the number of the right, null: not taken. */
    takeRight: async (job: JobDocument, holder: string, until: number, nothing = false): Promise<number | null> => {
      if (!startable(job, nothing)) return null;
      const number = (job.startRight?.number ?? 0) + 1;
      const former = job.startRight === null ? { startRight: null } : { 'startRight.number': job.startRight.number };
      const condition = { state: job.state, cancelAsked: false, verdict: null, ...former };
      return (await move(job, condition, { state: 'starting', startRight: { number, holder, until } })) ? number : null;
    },
    /** starting → started, with JobStarted. */
    started: (job: JobDocument, logOffset: number): Promise<boolean> =>
      move(job, { state: 'starting' }, { state: 'started', logOffset, report: report(job, job.restorePoint, { kind: 'JobStarted' }) }),
    progressed: (job: JobDocument, finding: Finding & { kind: 'JobProgressed' }, logOffset: number): Promise<boolean> =>
      move(job, { state: 'started' }, { logOffset, report: report(job, job.restorePoint, finding) }),
    /** The job will be closed as failed, unless the target still shows an end of its own. */
    judge: (job: JobDocument, number: number, verdict: Verdict): Promise<boolean> =>
      move(job, { state: { $in: after }, 'startRight.number': number, verdict: null }, { verdict }),
    /** → closed, with its one ending. */
    close: (job: JobDocument, on: ClosedOn, ending: Ending): Promise<boolean> =>
      move(job, onlyIf(on), { state: 'closed', report: report(job, job.restorePoint, ending) }),

    restorePoints: restorePoints(documents, name),
    fences: fences(documents, name),
  };
};
