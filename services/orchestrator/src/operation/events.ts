import type {
  ActionRefused,
  ActOnOperation,
  CancelRequested,
  CommandsRepeated,
  CompensationStarted,
  DefinitionsDescribed,
  EnvironmentDescribed,
  JobCancelled,
  JobFailed,
  JobProgressed,
  JobRestorable,
  JobStarted,
  JobSucceeded,
  LeaseFrozen,
  LeaseGranted,
  LeaseQueued,
  LeaseRefused,
  MaterialRefused,
  MaterialResolved,
  OperationCancelled,
  OperationCompensated,
  OperationCompensationFailed,
  OperationFailed,
  OperationAbandoned,
  OperationGivenUp,
  OperationHeld,
  OperationLeased,
  OperationOverdue,
  OperationOvertaken,
  OperationPlanned,
  OperationRefused,
  OperationRepaired,
  OperationRequested,
  OperationResumed,
  OperationStarted,
  OperationSucceeded,
  OperationThawed,
  OperationWaiting,
  PlanCompleted,
  PlanMade,
  PlanningAdvanced,
  PlanningStarted,
  PlanRefused,
  PlanSliced,
  ReleaseDescribed,
  ReleaseRefused,
  ReportRefused,
  RequestOperation,
  StepCancelled,
  StepCancelRequested,
  StepFailed,
  StepProgressed,
  StepRequested,
  StepRestorable,
  StepRetryDue,
  StepSkipped,
  StepsPlanned,
  StepStarted,
  StepSucceeded,
  TimerFired,
  VersionGranted,
  VersionRefused,
} from '@srm/schemas';

export type Ending =
  | OperationSucceeded
  | OperationFailed
  | OperationCompensated
  | OperationCompensationFailed
  | OperationCancelled
  | OperationRefused
  | OperationPlanned;

export type StepEvent =
  | StepRequested
  | StepCancelRequested
  | StepStarted
  | StepRestorable
  | StepProgressed
  | StepSucceeded
  | StepFailed
  | StepCancelled
  | StepRetryDue
  | StepSkipped;

export type OperationEvent =
  | OperationRequested
  | PlanningStarted
  | PlanningAdvanced
  | StepsPlanned
  | PlanCompleted
  | OperationStarted
  | OperationWaiting
  | OperationLeased
  | OperationHeld
  | OperationResumed
  | OperationThawed
  | OperationOverdue
  | OperationOvertaken
  | OperationGivenUp
  | OperationAbandoned
  | OperationRepaired
  | CommandsRepeated
  | CancelRequested
  | ActionRefused
  | CompensationStarted
  | ReportRefused
  | StepEvent
  | Ending;

export type JobReport = JobRestorable | JobStarted | JobProgressed | JobSucceeded | JobFailed | JobCancelled;

export type PlanningAnswer =
  | DefinitionsDescribed
  | EnvironmentDescribed
  | ReleaseDescribed
  | ReleaseRefused
  | MaterialResolved
  | MaterialRefused
  | VersionGranted
  | VersionRefused
  | PlanSliced
  | PlanMade
  | PlanRefused;

export type OperationInput =
  RequestOperation | ActOnOperation | TimerFired | LeaseFrozen | LeaseGranted | LeaseQueued | LeaseRefused | PlanningAnswer | JobReport;
