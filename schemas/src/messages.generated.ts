// Made from avro/*.avsc by `npm run types`. Not edited by hand.

/** An operator's command to an operation. */
export type ActOnOperation = Readonly<{ type: 'ActOnOperation'; data: Readonly<{ operation: string; requestId: string; action: 'cancel' | 'hold' | 'resume' | 'retry' | 'skip' | 'giveUp' | 'abandon' | 'repair'; step: string | null; reason: string | null; at: number | null; actor: Readonly<{ name: string; authenticated: boolean }>; bodyDigest: string | null }> }>;

/** An operator's command was refused. */
export type ActionRefused = Readonly<{ type: 'ActionRefused'; data: Readonly<{ operation: string; requestId: string; action: string; reason: string; actor: Readonly<{ name: string; authenticated: boolean }>; bodyDigest: string | null }> }>;

/** Somebody asked to cancel. */
export type CancelRequested = Readonly<{ type: 'CancelRequested'; data: Readonly<{ operation: string; requestId: string; reason: string | null; actor: Readonly<{ name: string; authenticated: boolean }>; bodyDigest: string | null }> }>;

/** End this job soon. Also for a job that is not known. */
export type CancelStep = Readonly<{ type: 'CancelStep'; data: Readonly<{ operation: string; step: string; job: string; attempt: number; fence: number; reason: string }> }>;

/** Somebody asks for a sweep: what nobody needs any more goes. */
export type CollectGarbage = Readonly<{ type: 'CollectGarbage'; data: Readonly<{ sweep: string; dryRun: boolean; reason: string | null; open: string; actor: Readonly<{ name: string; authenticated: boolean }> }> }>;

/** The open commands of these steps were said again, because of a repair. */
export type CommandsRepeated = Readonly<{ type: 'CommandsRepeated'; data: Readonly<{ operation: string; steps: readonly string[] }> }>;

/** From here on what was done is undone, in reverse order. */
export type CompensationStarted = Readonly<{ type: 'CompensationStarted'; data: Readonly<{ operation: string; reason: string; failed: readonly string[] }> }>;

/** All of it is built: the manifest is immutable from here on. */
export type CompleteManifest = Readonly<{ type: 'CompleteManifest'; data: Readonly<{ operation: string; tenant: string; product: string; version: string }> }>;

/** These documents are in force. */
export type DefinitionsAccepted = Readonly<{ type: 'DefinitionsAccepted'; data: Readonly<{ tenant: string; requestId: string; bodyDigest: string; documents: readonly Readonly<{ kind: string; name: string; revision: number; digest: string }>[]; actor: Readonly<{ name: string; authenticated: boolean }> }> }>;

/** Somebody asked which documents are in force. */
export type DefinitionsAsked = Readonly<{ type: 'DefinitionsAsked'; data: Readonly<{ tenant: string; operation: string; documents: readonly Readonly<{ kind: string; name: string; revision: number; digest: string }>[]; round: number | null }> }>;

/** The documents in force: the product, the environment, every deployment spec of the tenant. What is missing is not in the list. */
export type DefinitionsDescribed = Readonly<{ type: 'DefinitionsDescribed'; data: Readonly<{ operation: string; number: number; documents: readonly Readonly<{ kind: string; name: string; revision: number; digest: string }>[]; round: number | null }> }>;

/** None of the documents was taken. */
export type DefinitionsRefused = Readonly<{ type: 'DefinitionsRefused'; data: Readonly<{ tenant: string; requestId: string; reason: string; errors: readonly Readonly<{ pointer: string; document: string | null; line: number | null; column: number | null; detail: string }>[] }> }>;

/** Asks which documents an operation would use. */
export type DescribeDefinitions = Readonly<{ type: 'DescribeDefinitions'; data: Readonly<{ operation: string; tenant: string; product: string; environment: string | null; round: number | null }> }>;

/** Asks what runs. */
export type DescribeEnvironment = Readonly<{ type: 'DescribeEnvironment'; data: Readonly<{ operation: string; tenant: string; environment: string; settled: string | null }> }>;

/** Asks for a complete manifest. */
export type DescribeRelease = Readonly<{ type: 'DescribeRelease'; data: Readonly<{ operation: string; tenant: string; product: string; release: string | null }> }>;

/** Somebody asked what runs here. */
export type EnvironmentAsked = Readonly<{ type: 'EnvironmentAsked'; data: Readonly<{ tenant: string; environment: string; operation: string; settled: string | null; behind: readonly string[] }> }>;

/** What runs is the state of the environment decider after this number: it can be folded again at any time. */
export type EnvironmentDescribed = Readonly<{ type: 'EnvironmentDescribed'; data: Readonly<{ operation: string; environment: string; number: number; fence: number; releases: readonly string[] | null; current: string | null }> }>;

/** An operation holds nothing any more. */
export type EnvironmentFreed = Readonly<{ type: 'EnvironmentFreed'; data: Readonly<{ tenant: string; environment: string; operation: string; held: boolean; product: string | null; release: string | null; ending: string | null; of: string | null; from: string | null; refused: string | null }> }>;

/** The environment is frozen: no lease is granted; or that is over. */
export type EnvironmentFreezeSet = Readonly<{ type: 'EnvironmentFreezeSet'; data: Readonly<{ tenant: string; environment: string; scope: 'tenant' | 'environment'; number: number | null; requestId: string | null; bodyDigest: string | null; frozen: boolean; reason: string | null; until: string | null; holdRunning: boolean; since: string; actor: Readonly<{ name: string; authenticated: boolean }> | null }> }>;

/** An operation waits for a lease. */
export type EnvironmentLeaseAsked = Readonly<{ type: 'EnvironmentLeaseAsked'; data: Readonly<{ tenant: string; environment: string; operation: string; components: readonly string[]; behind: readonly string[]; upon: Readonly<{ product: string; of: string | null; number: number; rest: string | null; components: readonly string[] | null }> | null }> }>;

/** An operation holds these components. */
export type EnvironmentLeased = Readonly<{ type: 'EnvironmentLeased'; data: Readonly<{ tenant: string; environment: string; operation: string; components: readonly string[]; fence: number }> }>;

/** What an operation asked about is at rest: it is answered. */
export type EnvironmentSettled = Readonly<{ type: 'EnvironmentSettled'; data: Readonly<{ tenant: string; environment: string; operation: string; product: string | null }> }>;

/** Adds what was built of one component. */
export type ExtendManifest = Readonly<{ type: 'ExtendManifest'; data: Readonly<{ operation: string; tenant: string; product: string; version: string; components: readonly Readonly<{ name: string; revision: string; artifact: string | null; image: string | null }>[] }> }>;

/** Ends a lease, granted or not, and says what runs now. Said in slices; the last one frees. */
export type FreeLease = Readonly<{ type: 'FreeLease'; data: Readonly<{ operation: string; tenant: string; environment: string; outcome: readonly Readonly<{ component: string; state: 'running' | 'stopped' | 'completed' | 'absent' | 'uncertain'; version: string; image: string; spec: string; parameters: string; configuration: string; outputs: readonly Readonly<{ name: string; value: string; secret: boolean }>[]; operation: string; fence: number; replicas: number | null; deployed: string | null; given: readonly Readonly<{ name: string; value: string }>[] | null }>[]; last: boolean; product: string | null; release: string | null; ending: string | null; of: string | null; from: string | null; unpublished: readonly string[] | null }> }>;

/** What a service let go, set aside, and kept. */
export type GarbageSwept = Readonly<{ type: 'GarbageSwept'; data: Readonly<{ sweep: string; service: string; list: string }> }>;

/** The job was cancelled. Closes the job. */
export type JobCancelled = Readonly<{ type: 'JobCancelled'; data: Readonly<{ operation: string; step: string; attempt: number; job: string; number: number; fence: number; bridge: string; restorePoint: string | null; reason: string; effect: 'none' | 'possible' | 'done'; evidence: string | null }> }>;

/** The job did not do what was asked. Closes the job. */
export type JobFailed = Readonly<{ type: 'JobFailed'; data: Readonly<{ operation: string; step: string; attempt: number; job: string; number: number; fence: number; bridge: string; restorePoint: string | null; reason: string; code: string | null; retryable: boolean; effect: 'none' | 'possible' | 'done'; evidence: string | null }> }>;

/** How far it is. */
export type JobProgressed = Readonly<{ type: 'JobProgressed'; data: Readonly<{ operation: string; step: string; attempt: number; job: string; number: number; fence: number; bridge: string; restorePoint: string | null; done: number | null; total: number | null; text: string }> }>;

/** The restore point is known; nothing was touched yet. */
export type JobRestorable = Readonly<{ type: 'JobRestorable'; data: Readonly<{ operation: string; step: string; attempt: number; job: string; number: number; fence: number; bridge: string; restorePoint: string | null }> }>;

/** The system has taken the job. */
export type JobStarted = Readonly<{ type: 'JobStarted'; data: Readonly<{ operation: string; step: string; attempt: number; job: string; number: number; fence: number; bridge: string; restorePoint: string | null }> }>;

/** The job did what was asked. Closes the job. */
export type JobSucceeded = Readonly<{ type: 'JobSucceeded'; data: Readonly<{ operation: string; step: string; attempt: number; job: string; number: number; fence: number; bridge: string; restorePoint: string | null; outputs: readonly Readonly<{ name: string; value: string; secret: boolean }>[]; unchanged: boolean }> }>;

/** What a freeze is to an operation that holds a lease or waits for one. */
export type LeaseFrozen = Readonly<{ type: 'LeaseFrozen'; data: Readonly<{ operation: string; environment: string; number: number; text: string | null; hold: boolean; behind: readonly string[] }> }>;

/** The lease is held until it is freed. Every touch carries the fence. */
export type LeaseGranted = Readonly<{ type: 'LeaseGranted'; data: Readonly<{ operation: string; environment: string; fence: number; number: number }> }>;

/** The lease has to wait for other operations. */
export type LeaseQueued = Readonly<{ type: 'LeaseQueued'; data: Readonly<{ operation: string; environment: string; behind: readonly string[] }> }>;

/** The lease is not to be had: what the plan was made of has changed. */
export type LeaseRefused = Readonly<{ type: 'LeaseRefused'; data: Readonly<{ operation: string; environment: string; reason: string }> }>;

/** A piece of the log of one attempt. Neither event nor truth. */
export type LogChunk = Readonly<{ type: 'LogChunk'; data: Readonly<{ operation: string; step: string; attempt: number; offset: number; text: string }> }>;

/** Asks for the plan. All it is made of is named here and never changes. */
export type MakePlan = Readonly<{ type: 'MakePlan'; data: Readonly<{ operation: string; tenant: string; kind: string; product: string; environment: string | null; components: readonly string[]; perComponent: readonly Readonly<{ name: string; spec: string | null; parameters: string | null; replicas: number | null }>[]; pipeline: 'eager' | 'buildFirst' | null; definitions: readonly Readonly<{ kind: string; name: string; revision: number; digest: string }>[]; material: string | null; environmentNumber: number | null; version: string | null; release: string | null; releasesNumber: number | null; expectedPlan: string | null; deadline: number; force: boolean | null; of: string | null; named: boolean | null; restartConsumers: boolean | null }> }>;

/** Sources cannot be used. */
export type MaterialRefused = Readonly<{ type: 'MaterialRefused'; data: Readonly<{ operation: string; errors: readonly Readonly<{ pointer: string; document: string | null; line: number | null; column: number | null; detail: string }>[] }> }>;

/** Sources were looked at: one revision a component, kept in frozen under the digest. */
export type MaterialResolved = Readonly<{ type: 'MaterialResolved'; data: Readonly<{ operation: string; digest: string; contentDigest: string }> }>;

/** Opens the manifest of a version. */
export type OpenManifest = Readonly<{ type: 'OpenManifest'; data: Readonly<{ operation: string; tenant: string; product: string; version: string; contentDigest: string; components: readonly Readonly<{ name: string; revision: string; artifact: string | null; image: string | null }>[]; from: string | null; definition: string | null }> }>;

/** Somebody decided not to wait for bridges that are silent: what is open stays as it is, and is named in the ending. */
export type OperationAbandoned = Readonly<{ type: 'OperationAbandoned'; data: Readonly<{ operation: string; requestId: string; reason: string | null; actor: Readonly<{ name: string; authenticated: boolean }>; bodyDigest: string | null }> }>;

/** It was cancelled, and what it did was undone. */
export type OperationCancelled = Readonly<{ type: 'OperationCancelled'; data: Readonly<{ operation: string; reason: string; counts: readonly Readonly<{ name: string; value: number }>[]; kept: readonly string[]; left: readonly Readonly<{ step: string; what: string; command: string }>[] }> }>;

/** It failed, and what it did was undone. */
export type OperationCompensated = Readonly<{ type: 'OperationCompensated'; data: Readonly<{ operation: string; reason: string; counts: readonly Readonly<{ name: string; value: number }>[]; kept: readonly string[]; left: readonly Readonly<{ step: string; what: string; command: string }>[] }> }>;

/** It failed, and not all it did could be undone. */
export type OperationCompensationFailed = Readonly<{ type: 'OperationCompensationFailed'; data: Readonly<{ operation: string; reason: string; counts: readonly Readonly<{ name: string; value: number }>[]; kept: readonly string[]; left: readonly Readonly<{ step: string; what: string; command: string }>[] }> }>;

/** It failed; nothing was to be undone, or undo was not wanted. */
export type OperationFailed = Readonly<{ type: 'OperationFailed'; data: Readonly<{ operation: string; reason: string; counts: readonly Readonly<{ name: string; value: number }>[]; kept: readonly string[]; left: readonly Readonly<{ step: string; what: string; command: string }>[] }> }>;

/** Somebody decided that what was done is undone. */
export type OperationGivenUp = Readonly<{ type: 'OperationGivenUp'; data: Readonly<{ operation: string; requestId: string; reason: string | null; actor: Readonly<{ name: string; authenticated: boolean }>; bodyDigest: string | null }> }>;

/** Nothing new is begun; what is under way goes on. Somebody decides what comes next. */
export type OperationHeld = Readonly<{ type: 'OperationHeld'; data: Readonly<{ operation: string; by: 'operator' | 'failure' | 'undo' | 'freeze'; reason: string; requestId: string | null; actor: Readonly<{ name: string; authenticated: boolean }> | null; steps: readonly string[] | null; freeze: number | null; bodyDigest: string | null }> }>;

/** The operation holds its components; every touch carries the fence. */
export type OperationLeased = Readonly<{ type: 'OperationLeased'; data: Readonly<{ operation: string; fence: number }> }>;

/** Its time is over: what runs is ended, and it has failed. */
export type OperationOverdue = Readonly<{ type: 'OperationOverdue'; data: Readonly<{ operation: string; reason: string }> }>;

/** What its plan was made of has changed before it was granted its lease: what is being built is ended, and it is refused. */
export type OperationOvertaken = Readonly<{ type: 'OperationOvertaken'; data: Readonly<{ operation: string; reason: string }> }>;

/** A preview ends here. */
export type OperationPlanned = Readonly<{ type: 'OperationPlanned'; data: Readonly<{ operation: string; planDigest: string }> }>;

/** It was not begun, or what its plan was made of had changed before it was granted its lease: nothing that runs was touched. */
export type OperationRefused = Readonly<{ type: 'OperationRefused'; data: Readonly<{ operation: string; reason: string; errors: readonly Readonly<{ pointer: string; document: string | null; line: number | null; column: number | null; detail: string }>[]; status: number }> }>;

/** Somebody asked that every open command of the operation is said again: some may have been lost. */
export type OperationRepaired = Readonly<{ type: 'OperationRepaired'; data: Readonly<{ operation: string; requestId: string; reason: string | null; actor: Readonly<{ name: string; authenticated: boolean }>; bodyDigest: string | null }> }>;

/** An operation was asked for. */
export type OperationRequested = Readonly<{ type: 'OperationRequested'; data: Readonly<{ operation: string; tenant: string; key: string; bodyDigest: string; kind: 'compile' | 'package' | 'deploy' | 'release' | 'start' | 'stop' | 'restart' | 'destroy' | 'scale' | 'rollback' | 'undo'; product: string; components: readonly string[]; version: string | null; release: string | null; environment: string | null; perComponent: readonly Readonly<{ name: string; spec: string | null; parameters: string | null; replicas: number | null }>[]; pipeline: 'eager' | 'buildFirst' | null; onFailure: 'compensate' | 'keep' | 'hold' | null; reason: string | null; labels: readonly Readonly<{ name: string; value: string }>[]; expectedPlan: string | null; preview: boolean; actor: Readonly<{ name: string; authenticated: boolean }>; force: boolean | null; of: string | null; notBefore: string | null; deadline: number | null; restartConsumers: boolean | null }> }>;

/** It goes on, trying these steps again. */
export type OperationResumed = Readonly<{ type: 'OperationResumed'; data: Readonly<{ operation: string; requestId: string; action: string; reason: string | null; steps: readonly string[]; actor: Readonly<{ name: string; authenticated: boolean }>; bodyDigest: string | null }> }>;

/** The plan is being carried out. */
export type OperationStarted = Readonly<{ type: 'OperationStarted'; data: Readonly<{ operation: string }> }>;

/** All was done. */
export type OperationSucceeded = Readonly<{ type: 'OperationSucceeded'; data: Readonly<{ operation: string; reason: string; counts: readonly Readonly<{ name: string; value: number }>[]; kept: readonly string[]; left: readonly Readonly<{ step: string; what: string; command: string }>[]; remarks: readonly string[] | null }> }>;

/** It is held by no freeze any more. */
export type OperationThawed = Readonly<{ type: 'OperationThawed'; data: Readonly<{ operation: string; held: string | null; freeze: number | null }> }>;

/** The operation waits, and for what. */
export type OperationWaiting = Readonly<{ type: 'OperationWaiting'; data: Readonly<{ operation: string; for: 'lease' | 'freeze' | 'time'; text: string; operations: readonly string[]; freeze: number | null }> }>;

/** A tenant's freeze, as each of its environments is told. */
export type PassFreeze = Readonly<{ type: 'PassFreeze'; data: Readonly<{ tenant: string; environment: string; number: number; frozen: boolean; reason: string | null; until: string | null; holdRunning: boolean; since: string; actor: Readonly<{ name: string; authenticated: boolean }> | null }> }>;

/** The plan is whole and counts. */
export type PlanCompleted = Readonly<{ type: 'PlanCompleted'; data: Readonly<{ operation: string; planDigest: string; slices: number; steps: number; pipeline: 'eager' | 'buildFirst'; protected: boolean; lease: readonly string[]; version: string | null; release: string | null; remarks: readonly string[] | null; onFailure: 'compensate' | 'keep' | 'hold' | null; consumers: readonly Readonly<{ component: string; of: string; output: string; was: string | null }>[] | null; upon: Readonly<{ number: number; rest: string | null; components: readonly string[] | null }> | null }> }>;

/** The plan is whole. */
export type PlanMade = Readonly<{ type: 'PlanMade'; data: Readonly<{ operation: string; planDigest: string; slices: number; steps: number; pipeline: 'eager' | 'buildFirst'; protected: boolean; lease: readonly string[]; remarks: readonly string[] | null; onFailure: 'compensate' | 'keep' | 'hold' | null; consumers: readonly Readonly<{ component: string; of: string; output: string; was: string | null }>[] | null; upon: Readonly<{ number: number; rest: string | null; components: readonly string[] | null }> | null }> }>;

/** The request cannot be planned; everything that is wrong with it. */
export type PlanRefused = Readonly<{ type: 'PlanRefused'; data: Readonly<{ operation: string; errors: readonly Readonly<{ pointer: string; document: string | null; line: number | null; column: number | null; detail: string }>[] }> }>;

/** A slice of the plan; it counts from PlanMade. */
export type PlanSliced = Readonly<{ type: 'PlanSliced'; data: Readonly<{ operation: string; planDigest: string; slice: number; steps: readonly Readonly<{ id: string; component: string; phase: string; bridge: string; action: string; driver: string; target: string | null; dependsOn: readonly string[]; inputs: readonly Readonly<{ name: string; value: string | null; step: string | null; output: string | null }>[]; undo: 'none' | 'auto' | 'keep' | 'hold' | 'command'; noReturn: string | null; deadline: number; attempts: number; backoff: number }>[] }> }>;

/** One answer more of what the plan is made of; and what is asked next. */
export type PlanningAdvanced = Readonly<{ type: 'PlanningAdvanced'; data: Readonly<{ operation: string; asked: 'environment' | 'release' | 'material' | 'version' | 'plan'; definitions: readonly Readonly<{ kind: string; name: string; revision: number; digest: string }>[]; material: string | null; environmentNumber: number | null; contentDigest: string | null; version: string | null; release: string | null; releasesNumber: number | null; made: Readonly<{ planDigest: string; slices: number; steps: number; pipeline: 'eager' | 'buildFirst'; protected: boolean; lease: readonly string[]; remarks: readonly string[] | null; onFailure: 'compensate' | 'keep' | 'hold' | null; consumers: readonly Readonly<{ component: string; of: string; output: string; was: string | null }>[] | null; upon: Readonly<{ number: number; rest: string | null; components: readonly string[] | null }> | null }> | null }> }>;

/** What the plan is made of is being asked for, the definitions first. */
export type PlanningStarted = Readonly<{ type: 'PlanningStarted'; data: Readonly<{ operation: string }> }>;

/** Stores a set of definitions, all or nothing. Their JSON stands in the collection frozen under its digest. */
export type PutDefinitions = Readonly<{ type: 'PutDefinitions'; data: Readonly<{ tenant: string; requestId: string; bodyDigest: string; documents: readonly Readonly<{ kind: string; name: string; digest: string }>[]; actor: Readonly<{ name: string; authenticated: boolean }> }> }>;

/** Somebody asked for a release. */
export type ReleaseAsked = Readonly<{ type: 'ReleaseAsked'; data: Readonly<{ tenant: string; product: string; operation: string; version: string | null; reason: string | null }> }>;

/** The manifest is immutable. */
export type ReleaseCompleted = Readonly<{ type: 'ReleaseCompleted'; data: Readonly<{ tenant: string; product: string; version: string; operation: string }> }>;

/** The manifest is the state of the releases decider after this number. */
export type ReleaseDescribed = Readonly<{ type: 'ReleaseDescribed'; data: Readonly<{ operation: string; product: string; version: string; number: number; definition: string | null }> }>;

/** The manifest has more. */
export type ReleaseExtended = Readonly<{ type: 'ReleaseExtended'; data: Readonly<{ tenant: string; product: string; version: string; components: readonly Readonly<{ name: string; revision: string; artifact: string | null; image: string | null }>[]; operation: string }> }>;

/** The manifest is open. */
export type ReleaseOpened = Readonly<{ type: 'ReleaseOpened'; data: Readonly<{ tenant: string; product: string; version: string; contentDigest: string; components: readonly Readonly<{ name: string; revision: string; artifact: string | null; image: string | null }>[]; from: string | null; operation: string; definition: string | null }> }>;

/** No such complete release. */
export type ReleaseRefused = Readonly<{ type: 'ReleaseRefused'; data: Readonly<{ operation: string; product: string; reason: string }> }>;

/** A claim about this operation made no sense. */
export type ReportRefused = Readonly<{ type: 'ReportRefused'; data: Readonly<{ operation: string; report: string; id: string; reason: string }> }>;

/** Asks for a lease on components, all or none, in order of request. */
export type RequestLease = Readonly<{ type: 'RequestLease'; data: Readonly<{ operation: string; tenant: string; environment: string; components: readonly string[]; upon: Readonly<{ product: string; of: string | null; number: number; rest: string | null; components: readonly string[] | null }> | null }> }>;

/** Asks for an operation. Said by the door; id and operation id derive from tenant and Idempotency-Key. */
export type RequestOperation = Readonly<{ type: 'RequestOperation'; data: Readonly<{ operation: string; tenant: string; key: string; bodyDigest: string; kind: 'compile' | 'package' | 'deploy' | 'release' | 'start' | 'stop' | 'restart' | 'destroy' | 'scale' | 'rollback' | 'undo'; product: string; components: readonly string[]; version: string | null; release: string | null; environment: string | null; perComponent: readonly Readonly<{ name: string; spec: string | null; parameters: string | null; replicas: number | null }>[]; pipeline: 'eager' | 'buildFirst' | null; onFailure: 'compensate' | 'keep' | 'hold' | null; reason: string | null; labels: readonly Readonly<{ name: string; value: string }>[]; expectedPlan: string | null; preview: boolean; actor: Readonly<{ name: string; authenticated: boolean }>; force: boolean | null; of: string | null; notBefore: string | null; deadline: number | null; restartConsumers: boolean | null }> }>;

/** Asks for a version of a product. */
export type RequestVersion = Readonly<{ type: 'RequestVersion'; data: Readonly<{ operation: string; tenant: string; product: string; version: string | null; contentDigest: string }> }>;

/** Asks for the revisions of sources. */
export type ResolveMaterial = Readonly<{ type: 'ResolveMaterial'; data: Readonly<{ operation: string; tenant: string; documents: readonly Readonly<{ kind: string; name: string; revision: number; digest: string }>[]; components: readonly string[]; deadline: number }> }>;

/** What runs of one component, from here on. */
export type ResourceChanged = Readonly<{ type: 'ResourceChanged'; data: Readonly<{ tenant: string; environment: string; component: string; state: 'running' | 'stopped' | 'completed' | 'absent' | 'uncertain'; version: string; image: string; spec: string; parameters: string; configuration: string; outputs: readonly Readonly<{ name: string; value: string; secret: boolean }>[]; operation: string; fence: number; replicas: number | null; deployed: string | null; given: readonly Readonly<{ name: string; value: string }>[] | null }> }>;

/** What is seen of a component, from here on. */
export type ResourceHealthChanged = Readonly<{ type: 'ResourceHealthChanged'; data: Readonly<{ tenant: string; environment: string; component: string; number: number; health: 'absent' | 'starting' | 'healthy' | 'unhealthy' | 'stopped' | 'completed'; wanted: number; ready: number; restarts: number; version: string | null; reason: string | null; drift: string | null }> }>;

/** What a bridge sees of a component that was deployed. It is for people and for plans; no operation believes it. */
export type ResourceObserved = Readonly<{ type: 'ResourceObserved'; data: Readonly<{ tenant: string; environment: string; component: string; number: number; health: 'absent' | 'starting' | 'healthy' | 'unhealthy' | 'stopped' | 'completed'; wanted: number; ready: number; restarts: number; version: string | null; reason: string | null; drift: string | null }> }>;

/** What a component is configured with is no longer what others give, or is so again. */
export type ResourceOutdated = Readonly<{ type: 'ResourceOutdated'; data: Readonly<{ tenant: string; environment: string; component: string; operation: string; outputs: readonly Readonly<{ name: string; was: string | null }>[] }> }>;

/** Do this step. */
export type RunStep = Readonly<{ type: 'RunStep'; data: Readonly<{ operation: string; step: string; job: string; attempt: number; fence: number; deadline: number; tenant: string; product: string; environment: string | null; component: string; phase: string; action: string; driver: string; target: string | null; inputs: readonly Readonly<{ name: string; value: string }>[] }> }>;

/** Somebody freezes, or lifts a freeze. An environment is told under its own key, a tenant under that of its definitions. */
export type SetFreeze = Readonly<{ type: 'SetFreeze'; data: Readonly<{ tenant: string; environment: string | null; requestId: string; bodyDigest: string; frozen: boolean; reason: string | null; until: string | null; holdRunning: boolean; actor: Readonly<{ name: string; authenticated: boolean }> }> }>;

/** Asks for TimerFired after the delay. */
export type SetTimer = Readonly<{ type: 'SetTimer'; data: Readonly<{ operation: string; timer: string; delay: number }> }>;

/** The bridge was asked to end the job. */
export type StepCancelRequested = Readonly<{ type: 'StepCancelRequested'; data: Readonly<{ operation: string; step: string; job: string; attempt: number; fence: number; reason: string; why: 'deadline' | 'cancel' | 'failure'; bridge: string }> }>;

/** The step ended because it was asked to. */
export type StepCancelled = Readonly<{ type: 'StepCancelled'; data: Readonly<{ operation: string; step: string; attempt: number; report: number; reason: string; effect: 'none' | 'possible' | 'done'; evidence: string | null }> }>;

/** The step did not do what was asked. */
export type StepFailed = Readonly<{ type: 'StepFailed'; data: Readonly<{ operation: string; step: string; attempt: number; report: number; reason: string; code: string | null; effect: 'none' | 'possible' | 'done'; retryIn: number | null; evidence: string | null }> }>;

/** How far the step is. */
export type StepProgressed = Readonly<{ type: 'StepProgressed'; data: Readonly<{ operation: string; step: string; attempt: number; report: number; done: number | null; total: number | null; text: string }> }>;

/** The step was asked of its bridge. */
export type StepRequested = Readonly<{ type: 'StepRequested'; data: Readonly<{ operation: string; step: string; job: string; attempt: number; fence: number; deadline: number; component: string; phase: string; action: string; bridge: string; driver: string; target: string | null; inputs: readonly Readonly<{ name: string; value: string }>[]; undoes: string | null; restorePoint: string | null }> }>;

/** The restore point is known; nothing was touched before this. */
export type StepRestorable = Readonly<{ type: 'StepRestorable'; data: Readonly<{ operation: string; step: string; attempt: number; report: number; restorePoint: string }> }>;

/** The time for the next attempt came while the operation was held: it is made once it goes on. */
export type StepRetryDue = Readonly<{ type: 'StepRetryDue'; data: Readonly<{ operation: string; step: string; attempt: number }> }>;

/** The step is not needed. */
export type StepSkipped = Readonly<{ type: 'StepSkipped'; data: Readonly<{ operation: string; step: string; reason: string }> }>;

/** The system has taken the job. */
export type StepStarted = Readonly<{ type: 'StepStarted'; data: Readonly<{ operation: string; step: string; attempt: number; report: number }> }>;

/** The step did what was asked. */
export type StepSucceeded = Readonly<{ type: 'StepSucceeded'; data: Readonly<{ operation: string; step: string; attempt: number; report: number; outputs: readonly Readonly<{ name: string; value: string; secret: boolean }>[]; unchanged: boolean }> }>;

/** A slice of the plan. A step counts from PlanCompleted. */
export type StepsPlanned = Readonly<{ type: 'StepsPlanned'; data: Readonly<{ operation: string; planDigest: string; slice: number; steps: readonly Readonly<{ id: string; component: string; phase: string; bridge: string; action: string; driver: string; target: string | null; dependsOn: readonly string[]; inputs: readonly Readonly<{ name: string; value: string | null; step: string | null; output: string | null }>[]; undo: 'none' | 'auto' | 'keep' | 'hold' | 'command'; noReturn: string | null; deadline: number; attempts: number; backoff: number }>[] }> }>;

/** Tells a service to let go of what it owns and the mark does not keep. */
export type SweepGarbage = Readonly<{ type: 'SweepGarbage'; data: Readonly<{ sweep: string; number: number; dryRun: boolean; mark: string; at: string }> }>;

/** All environments of a tenant are frozen, or that is over. */
export type TenantFreezeSet = Readonly<{ type: 'TenantFreezeSet'; data: Readonly<{ tenant: string; requestId: string | null; bodyDigest: string | null; frozen: boolean; reason: string | null; until: string | null; holdRunning: boolean; environments: readonly string[]; actor: Readonly<{ name: string; authenticated: boolean }> | null }> }>;

/** A timer ran out. */
export type TimerFired = Readonly<{ type: 'TimerFired'; data: Readonly<{ operation: string; timer: string }> }>;

/** Undo that step, as far as it has, or may have, taken effect. */
export type UndoStep = Readonly<{ type: 'UndoStep'; data: Readonly<{ operation: string; step: string; job: string; attempt: number; fence: number; deadline: number; tenant: string; product: string; environment: string | null; component: string; phase: string; action: string; driver: string; target: string | null; inputs: readonly Readonly<{ name: string; value: string }>[]; undoes: string; restorePoint: string | null }> }>;

/** The version is taken for this content. */
export type VersionGranted = Readonly<{ type: 'VersionGranted'; data: Readonly<{ operation: string; product: string; version: string }> }>;

/** The version is used with other content. */
export type VersionRefused = Readonly<{ type: 'VersionRefused'; data: Readonly<{ operation: string; product: string; reason: string }> }>;

/** A version was asked for that cannot be given. */
export type VersionRejected = Readonly<{ type: 'VersionRejected'; data: Readonly<{ tenant: string; product: string; operation: string; reason: string }> }>;

/** A version stands for this content. */
export type VersionTaken = Readonly<{ type: 'VersionTaken'; data: Readonly<{ tenant: string; product: string; version: string; contentDigest: string; operation: string }> }>;

export type AnyMessage =
  | ActOnOperation
  | ActionRefused
  | CancelRequested
  | CancelStep
  | CollectGarbage
  | CommandsRepeated
  | CompensationStarted
  | CompleteManifest
  | DefinitionsAccepted
  | DefinitionsAsked
  | DefinitionsDescribed
  | DefinitionsRefused
  | DescribeDefinitions
  | DescribeEnvironment
  | DescribeRelease
  | EnvironmentAsked
  | EnvironmentDescribed
  | EnvironmentFreed
  | EnvironmentFreezeSet
  | EnvironmentLeaseAsked
  | EnvironmentLeased
  | EnvironmentSettled
  | ExtendManifest
  | FreeLease
  | GarbageSwept
  | JobCancelled
  | JobFailed
  | JobProgressed
  | JobRestorable
  | JobStarted
  | JobSucceeded
  | LeaseFrozen
  | LeaseGranted
  | LeaseQueued
  | LeaseRefused
  | LogChunk
  | MakePlan
  | MaterialRefused
  | MaterialResolved
  | OpenManifest
  | OperationAbandoned
  | OperationCancelled
  | OperationCompensated
  | OperationCompensationFailed
  | OperationFailed
  | OperationGivenUp
  | OperationHeld
  | OperationLeased
  | OperationOverdue
  | OperationOvertaken
  | OperationPlanned
  | OperationRefused
  | OperationRepaired
  | OperationRequested
  | OperationResumed
  | OperationStarted
  | OperationSucceeded
  | OperationThawed
  | OperationWaiting
  | PassFreeze
  | PlanCompleted
  | PlanMade
  | PlanRefused
  | PlanSliced
  | PlanningAdvanced
  | PlanningStarted
  | PutDefinitions
  | ReleaseAsked
  | ReleaseCompleted
  | ReleaseDescribed
  | ReleaseExtended
  | ReleaseOpened
  | ReleaseRefused
  | ReportRefused
  | RequestLease
  | RequestOperation
  | RequestVersion
  | ResolveMaterial
  | ResourceChanged
  | ResourceHealthChanged
  | ResourceObserved
  | ResourceOutdated
  | RunStep
  | SetFreeze
  | SetTimer
  | StepCancelRequested
  | StepCancelled
  | StepFailed
  | StepProgressed
  | StepRequested
  | StepRestorable
  | StepRetryDue
  | StepSkipped
  | StepStarted
  | StepSucceeded
  | StepsPlanned
  | SweepGarbage
  | TenantFreezeSet
  | TimerFired
  | UndoStep
  | VersionGranted
  | VersionRefused
  | VersionRejected
  | VersionTaken;

