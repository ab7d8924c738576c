import type { OperationStatus } from '../views/operation-view.ts';

/** Of operations that have not ended. */
export const openStatuses: readonly OperationStatus[] = [
  'requested',
  'planning',
  'waiting',
  'running',
  'held',
  'cancelling',
  'compensating',
];
