import type { Decider } from '../decider.ts';
import { accept } from './accept.ts';
import type { OperationEvent, OperationInput } from './events.ts';
import { evolve } from './evolve.ts';
import { next } from './next.ts';
import { isRepeat, repeated } from './open-commands.ts';
import { deadlineSet, said } from './said.ts';
import { emptyOperation, type Operation } from './state.ts';

const understood = {
  RequestOperation: true,
  ActOnOperation: true,
  TimerFired: true,
  LeaseFrozen: true,
  LeaseGranted: true,
  LeaseQueued: true,
  LeaseRefused: true,
  DefinitionsDescribed: true,
  EnvironmentDescribed: true,
  ReleaseDescribed: true,
  ReleaseRefused: true,
  MaterialResolved: true,
  MaterialRefused: true,
  VersionGranted: true,
  VersionRefused: true,
  PlanSliced: true,
  PlanMade: true,
  PlanRefused: true,
  JobRestorable: true,
  JobStarted: true,
  JobProgressed: true,
  JobSucceeded: true,
  JobFailed: true,
  JobCancelled: true,
} as const;

export const operationDecider: Decider<Operation, OperationEvent, OperationInput> = {
  empty: emptyOperation,
  inputs: understood,
  accept,
  evolve,
  next,
  said: (event, operation) => {
    if (isRepeat(event)) return repeated(event, operation);
    return [...said(event, operation), ...(event.sequence === operation.work.at ? deadlineSet(operation) : [])];
  },
  over: (operation) => operation.ended !== null,
  deafTo: new Set(Object.keys(understood).filter((type) => type !== 'ActOnOperation')),
};
