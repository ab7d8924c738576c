import type { ApiSchemas } from '@srm/schemas';

type Schemas = ApiSchemas['schemas'];
export type Operation = Schemas['Operation'];
export type OperationStatus = Schemas['OperationStatus'];
export type OperationRequest = Schemas['OperationRequest'];
export type ActionRequest = Schemas['ActionRequest'];
export type Action = ActionRequest['action'];
export type Step = Schemas['Step'];
export type WaitingFor = Schemas['WaitingFor'];
export type Resource = Schemas['Resource'];
export type Release = Schemas['Release'];
export type Status = Schemas['Status'];
export type Finding = Schemas['Finding'];
export type Freeze = Schemas['Freeze'];
export type FreezeRequest = Schemas['FreezeRequest'];
export type DeadLetter = Schemas['DeadLetter'];
export type Restored = Schemas['Restored'];
export type Sweep = Schemas['Sweep'];
export type SweptItem = Schemas['SweptItem'];
export type Problem = Schemas['Problem'];
export type ErrorAt = Schemas['ErrorAt'];
export type DefinitionsAnswer = Schemas['DefinitionsAnswer'];
export type Page<T> = Readonly<{ items: readonly T[]; next: string | null }>;

const endings: readonly OperationStatus[] = [
  'planned',
  'succeeded',
  'failed',
  'compensated',
  'compensation-failed',
  'cancelled',
  'refused',
];

/** An operation ends once; after that nothing of it changes. */
export const hasEnded = ({ status }: Pick<Operation, 'status'>): boolean => endings.includes(status);
