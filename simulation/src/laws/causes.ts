import type { Evidence } from './evidence.ts';

/** Events that one sort of input alone can cause. */
const causeOf: ReadonlyMap<string, string> = new Map([
  ['OperationRequested', 'RequestOperation'],
  ['OperationLeased', 'LeaseGranted'],
  ['CancelRequested', 'ActOnOperation'],
  ['ActionRefused', 'ActOnOperation'],
  ['StepStarted', 'JobStarted'],
  ['StepProgressed', 'JobProgressed'],
  ['StepSucceeded', 'JobSucceeded'],
  ['StepCancelled', 'JobCancelled'],
]);

/** Protocol 8: each event keeps its own cause, also where several inputs were judged together. `inputs`: id → type of all that was said to deciders. */
export const causes = ({ operations }: Evidence, inputs: ReadonlyMap<string, string>): readonly string[] =>
  operations.flatMap(({ id, events }) =>
    events.flatMap(({ type, sequence, causationid }) => {
      const wanted = causeOf.get(type);
      const cause = inputs.get(causationid ?? '');
      return wanted === undefined || cause === wanted
        ? []
        : [`8 ${id}: event ${sequence}, ${type}, says that it was caused by ${cause ?? 'nothing that was said'}, not by ${wanted}`];
    }),
  );
