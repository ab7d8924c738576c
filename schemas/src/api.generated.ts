// Made from openapi.yaml by `npm run types`. Not edited by hand.

export interface paths {
    "/v1/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A backup of everything SRM needs, made while it runs; a tar whose last entry, manifest.json, has the digests of all others */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Who asks; not checked before there is sign-in */
                    "SRM-Actor"?: components["parameters"]["actor"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["BackupRequest"];
                };
            };
            responses: {
                /** @description The backup */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-tar": string;
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Records that could not be handled, topic by topic, the oldest first; those that were replayed too */
        get: {
            parameters: {
                query?: {
                    /** @description next of the page before */
                    cursor?: components["parameters"]["cursor"];
                    limit?: components["parameters"]["limit"];
                    /** @description The topic that they were read from */
                    topic?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeadLetterList"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{topic}/{position}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                position: number;
                topic: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts the record back onto its topic, byte for byte as it came; again does no harm. What fails again becomes a dead letter of its own */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Who asks; not checked before there is sign-in */
                    "SRM-Actor"?: components["parameters"]["actor"];
                };
                path: {
                    position: number;
                    topic: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It lies on its topic */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeadLetter"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Definitions in force */
        get: {
            parameters: {
                query?: {
                    /** @description next of the page before */
                    cursor?: components["parameters"]["cursor"];
                    kind?: "Product" | "DeploymentSpec" | "Environment";
                    limit?: components["parameters"]["limit"];
                    name?: string;
                    tenant?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DefinitionList"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        /** Takes many documents of one tenant, all or nothing */
        post: {
            parameters: {
                query?: {
                    /** @description The absolute folder that relative source paths start from */
                    base?: string;
                };
                header?: {
                    /** @description Quoted or not. Without one the door makes one */
                    "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                    /** @description Who asks; not checked before there is sign-in */
                    "SRM-Actor"?: components["parameters"]["actor"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, never>;
                    "application/yaml": string;
                };
            };
            responses: {
                /** @description In force */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DefinitionsAnswer"];
                    };
                };
                /** @description Not decided yet; the same key again asks for the answer */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/freezes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Freezes that stand */
        get: {
            parameters: {
                query?: {
                    /** @description next of the page before */
                    cursor?: components["parameters"]["cursor"];
                    limit?: components["parameters"]["limit"];
                    tenant?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FreezeList"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/freezes/{tenant}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Freezes all environments of a tenant, those defined later too, or lifts that; the freezes of single environments stay as they are. Answers once every environment has taken it. The last one to say it counts; there is no ETag */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Quoted or not. Without one the door makes one */
                    "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                    /** @description Who asks; not checked before there is sign-in */
                    "SRM-Actor"?: components["parameters"]["actor"];
                };
                path: {
                    tenant: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FreezeRequest"];
                };
            };
            responses: {
                /** @description As it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Freeze"];
                    };
                };
                /** @description Not decided everywhere yet; the same key asks again */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["problem"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/freezes/{tenant}/{environment}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                environment: string;
                tenant: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Freezes one environment: operations build, but none is given its components until the freeze is lifted; previews are made. The last one to say it counts; there is no ETag */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Quoted or not. Without one the door makes one */
                    "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                    /** @description Who asks; not checked before there is sign-in */
                    "SRM-Actor"?: components["parameters"]["actor"];
                };
                path: {
                    environment: string;
                    tenant: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FreezeRequest"];
                };
            };
            responses: {
                /** @description As it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Freeze"];
                    };
                };
                /** @description Not decided yet; the same key asks again */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["problem"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Operations, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description next of the page before */
                    cursor?: components["parameters"]["cursor"];
                    environment?: string;
                    kind?: components["schemas"]["OperationKind"];
                    limit?: components["parameters"]["limit"];
                    product?: string;
                    status?: components["schemas"]["OperationStatus"];
                    tenant?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OperationList"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        /** Asks for an operation. Waits up to 2 s for the plan or the refusal. 429 with Retry-After where too many wait for their plans; nothing is written then */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Quoted or not. Without one the door makes one */
                    "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                    /** @description Who asks; not checked before there is sign-in */
                    "SRM-Actor"?: components["parameters"]["actor"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OperationRequest"];
                };
            };
            responses: {
                /** @description The operation as it is now; the same key again gets the same operation */
                202: {
                    headers: {
                        Location?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Operation"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        /** One operation. With after=n the answer waits until the view has event n */
        get: {
            parameters: {
                query?: {
                    after?: number;
                };
                header?: never;
                path: {
                    id: components["parameters"]["id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Operation"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operations/{id}/actions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Acts on an operation */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Quoted or not. Without one the door makes one */
                    "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                    /** @description Who asks; not checked before there is sign-in */
                    "SRM-Actor"?: components["parameters"]["actor"];
                };
                path: {
                    id: components["parameters"]["id"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ActionRequest"];
                };
            };
            responses: {
                /** @description Accepted; the operation as it is now */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Operation"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operations/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        /** All events after a number, as CloudEvents in JSON */
        get: {
            parameters: {
                query?: {
                    after?: number;
                };
                header?: never;
                path: {
                    id: components["parameters"]["id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All of them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EventList"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operations/{id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        /** Steps in the order of the plan, undo steps after them */
        get: {
            parameters: {
                query?: {
                    /** @description next of the page before */
                    cursor?: components["parameters"]["cursor"];
                    limit?: number;
                    /** @description Only these, as in a/deploy,b/compile: whoever follows the stream reads what its events are about */
                    named?: string;
                };
                header?: never;
                path: {
                    id: components["parameters"]["id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StepList"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operations/{id}/steps/{step}/log": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
                /** @description catalogue/deploy or catalogue/deploy/undo; as it is, or with %2F */
                step: string;
            };
            cookie?: never;
        };
        /** The log of one attempt, the last one by default */
        get: {
            parameters: {
                query?: {
                    attempt?: number;
                    /** @description Bytes that the reader has already */
                    offset?: number;
                };
                header?: never;
                path: {
                    id: components["parameters"]["id"];
                    /** @description catalogue/deploy or catalogue/deploy/undo; as it is, or with %2F */
                    step: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Text from the offset on */
                200: {
                    headers: {
                        "SRM-Log-Attempt"?: number;
                        /** @description The offset to go on with */
                        "SRM-Log-Next"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operations/{id}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        /** The same events as they happen. id is the number of the event, event its type, data a CloudEvent in JSON; after the ending comes an event named end with the operation */
        get: {
            parameters: {
                query?: {
                    lastEventId?: number;
                };
                header?: {
                    "Last-Event-ID"?: number;
                };
                path: {
                    id: components["parameters"]["id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Server-sent events */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description It has ended and all of it was read */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Releases of a product, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description next of the page before */
                    cursor?: components["parameters"]["cursor"];
                    limit?: components["parameters"]["limit"];
                    product?: string;
                    tenant?: string;
                    version?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReleaseList"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What runs where */
        get: {
            parameters: {
                query?: {
                    component?: string;
                    /** @description next of the page before */
                    cursor?: components["parameters"]["cursor"];
                    environment?: string;
                    limit?: components["parameters"]["limit"];
                    product?: string;
                    /** @description By default all but absent, unless an operation is changing it */
                    state?: components["schemas"]["ResourceState"];
                    tenant?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ResourceList"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/restored": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** After a restore, what SRM believes beside what is there, resource by resource; 404 when it was not restored, or that is accepted */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Restored"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/restored/acceptance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accepts what differs; from then on SRM is not read-only any more */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Who asks; not checked before there is sign-in */
                    "SRM-Actor"?: components["parameters"]["actor"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RestoredAcceptance"];
                };
            };
            responses: {
                /** @description What was accepted */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Restored"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How SRM itself is, what is stuck, and the command that mends it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Status"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Garbage collection. What nobody needs any more is set aside, and what the sweep before set aside and still nobody needs is deleted */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Quoted or not. Without one the door makes one */
                    "Idempotency-Key"?: components["parameters"]["idempotencyKey"];
                    /** @description Who asks; not checked before there is sign-in */
                    "SRM-Actor"?: components["parameters"]["actor"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SweepRequest"];
                };
            };
            responses: {
                /** @description Every service has swept */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sweep"];
                    };
                };
                /** @description Not all of them yet; Location says where to look */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sweep"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        /** One garbage collection, what went, what stays, and why */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: components["parameters"]["id"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As far as it is */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sweep"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/products/{product}/releases/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                product: string;
                tenant: string;
                version: string;
            };
            cookie?: never;
        };
        /** The manifest of a release */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    product: string;
                    tenant: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As far as it is built */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Manifest"];
                    };
                };
                default: components["responses"]["problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ActionRequest: {
            /**
             * @description cancel and giveUp undo what was done; retry and skip are about steps that failed where onFailure is hold, or, as resume, about an undo that waits for a decision; abandon ends the operation as failed, what is open is told to stop, and nobody waits whether it does; repair says again every command that is open, in case some were lost
             * @enum {unknown}
             */
            action: "cancel" | "hold" | "resume" | "retry" | "skip" | "giveUp" | "abandon" | "repair";
            /** @description The number of the operation that the decision was made at, as it was seen: not below the last event that changed its course, not above its last one */
            at?: number | null;
            reason?: string | null;
            /** @description Of skip: the failed step, or the one to keep; of retry and resume: all where it is absent; no other action takes one */
            step?: string | null;
        };
        Actor: {
            authenticated: boolean;
            name: string;
        };
        BackupRequest: Record<string, never>;
        Build: {
            job?: components["schemas"]["DefinitionText"];
            /** @description Components whose artifacts are unpacked before, each at its path */
            needs?: {
                [key: string]: components["schemas"]["PathWithin"];
            };
            output?: components["schemas"]["PathWithin"];
            /** @description Commands, each a list of its words; no shell */
            run?: components["schemas"]["CommandLine"][];
        } & {
            [key: string]: unknown;
        };
        CommandLine: string[];
        Component: {
            build?: components["schemas"]["Build"];
            /** @description What people set for each environment, kept in the configuration store */
            config?: {
                [key: string]: components["schemas"]["Parameter"];
            };
            dependsOn?: components["schemas"]["Dependency"][];
            image?: components["schemas"]["DefinitionText"];
            imageOf?: components["schemas"]["DefinitionName"];
            name: components["schemas"]["DefinitionName"];
            outputs?: {
                [key: string]: components["schemas"]["OutputDefinition"];
            };
            package?: components["schemas"]["Package"];
            source?: components["schemas"]["Source"];
            /** @description The shapes it supports; the first is the default */
            specs?: components["schemas"]["DefinitionName"][];
            title?: components["schemas"]["DefinitionText"];
            /**
             * @description Neither: a service, stateful or a job, as workload.kind says
             * @enum {unknown}
             */
            type?: "library" | "external";
            /** @description auto, hold, keep, or a command */
            undo?: string | ({
                command: components["schemas"]["CommandLine"];
            } & {
                [key: string]: unknown;
            });
            /** @description What its versions begin with; without one 0.0.0 */
            version?: string;
            workload?: components["schemas"]["Workload"];
        } & {
            [key: string]: unknown;
        };
        ComponentAddress: string;
        /** @description What `from` names; its spec has the keys of a component but the name */
        ComponentFile: {
            /** @constant */
            apiVersion: "srm/v1";
            /** @constant */
            kind: "Component";
            metadata: components["schemas"]["Metadata"];
            spec: Record<string, never>;
        } & {
            [key: string]: unknown;
        };
        /** @description A component that is written beside its source, kind Component */
        ComponentFrom: {
            from: {
                git?: components["schemas"]["DefinitionText"];
                path?: components["schemas"]["DefinitionText"];
                ref?: components["schemas"]["DefinitionText"];
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        DeadLetter: {
            /** @description Of its value */
            bytes: number;
            key: string;
            /** @description topic/partition/position */
            origin: string;
            /** @description In the dead letter */
            position: number;
            reason: string;
            /** @description When it was put back last, and by whom */
            replayed: {
                /** Format: date-time */
                at: string;
                by: string;
            } | null;
            /** @description When it was made */
            time: string | null;
            /** @description The topic that it was read from */
            topic: string;
            /** @description As its header says; empty where it has none */
            type: string;
        };
        DeadLetterList: {
            items: components["schemas"]["DeadLetter"][];
            next: string | null;
        };
        Definition: {
            actor: components["schemas"]["Actor"];
            digest: string;
            /** @description tenant/kind/name */
            id: string;
            kind: string;
            name: string;
            revision: number;
            /** Format: date-time */
            since: string;
            tenant: string;
        };
        DefinitionLinks: {
            [key: string]: string;
        };
        DefinitionList: {
            items: components["schemas"]["Definition"][];
            next: string | null;
        };
        DefinitionName: string;
        DefinitionsAnswer: {
            documents: {
                digest: string;
                kind: string;
                name: string;
                revision: number;
            }[];
            tenant: string;
        };
        DefinitionText: string;
        DefinitionTexts: {
            [key: string]: string;
        };
        /** @description The name of a component; or one, softly; or one of another product */
        Dependency: string | ({
            component: components["schemas"]["DefinitionName"];
            product?: components["schemas"]["DefinitionName"];
            soft?: boolean;
            version?: components["schemas"]["DefinitionText"];
        } & {
            [key: string]: unknown;
        });
        DeploymentSpec: {
            /** @constant */
            apiVersion: "srm/v1";
            /** @constant */
            kind: "DeploymentSpec";
            metadata: components["schemas"]["Metadata"];
            spec: {
                for: ("service" | "stateful" | "job")[];
                parameters?: components["schemas"]["Parameters"];
                workload?: components["schemas"]["Workload"];
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        /** @description A whole number and its unit, at most 24 h */
        Duration: string;
        Environment: {
            /** @constant */
            apiVersion: "srm/v1";
            /** @constant */
            kind: "Environment";
            metadata: components["schemas"]["Metadata"];
            spec: {
                /** @description <product>/<component> → values of its outputs; <product> → the environment where it runs */
                bind?: {
                    [key: string]: {
                        [key: string]: string;
                    };
                };
                components?: {
                    [key: string]: components["schemas"]["EnvironmentComponent"];
                };
                /**
                 * @description Without it: compensate
                 * @enum {unknown}
                 */
                onFailure?: "compensate" | "hold" | "keep";
                /**
                 * @description Without it: buildFirst where protected or where a component already runs, else eager
                 * @enum {unknown}
                 */
                pipeline?: "eager" | "buildFirst";
                /** @description Without it: true of staging and production */
                protected?: boolean;
                secrets?: {
                    driver: components["schemas"]["DefinitionName"];
                };
                /** @enum {unknown} */
                stage: "development" | "integration" | "test" | "staging" | "production";
                /** @description Where components run; what else it says is for the driver */
                target: {
                    driver: components["schemas"]["DefinitionName"];
                };
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        EnvironmentComponent: {
            config?: {
                [key: string]: boolean | string | number;
            };
            parameters?: {
                [key: string]: boolean | string | number;
            };
            spec?: components["schemas"]["DefinitionName"];
        } & {
            [key: string]: unknown;
        };
        ErrorAt: {
            column?: number | null;
            detail: string;
            document?: string | null;
            line?: number | null;
            pointer: string;
        };
        /** @description A CloudEvent */
        Event: {
            causationid: string | null;
            correlationid: string;
            data: Record<string, never>;
            datacontenttype: string;
            id: string;
            sequence: number;
            source: string;
            specversion: string;
            subject: string;
            /** Format: date-time */
            time: string;
            traceparent: string | null;
            type: string;
        };
        EventList: {
            items: components["schemas"]["Event"][];
            next: null;
        };
        Finding: {
            /** @description What mends it, or shows more of it, as it is typed */
            command: string | null;
            detail: string;
            /** @description Somebody has to do something */
            grave: boolean;
            /** @enum {string} */
            kind: "frozen" | "held" | "unconfirmed" | "silent" | "planning" | "overdue" | "idle" | "unhealthy" | "uncertain" | "setAside" | "ended" | "deadLetters" | "lag" | "disk" | "restored";
            /** Format: date-time */
            since: string | null;
            /** @description In words a person can act on */
            text: string;
            /** @description The id of the operation, a service, a topic, a key, a folder */
            what: string;
        };
        Freeze: {
            /** @description null: its time was over */
            actor: components["schemas"]["Actor"] | null;
            /** @description null: all of the tenant */
            environment: string | null;
            frozen: boolean;
            holdRunning: boolean;
            /** @description The tenant, or tenant/environment */
            id: string;
            reason: string | null;
            /** Format: date-time */
            since: string;
            tenant: string;
            /** Format: date-time */
            until: string | null;
        };
        FreezeList: {
            items: components["schemas"]["Freeze"][];
            next: string | null;
        };
        FreezeRequest: {
            frozen: boolean;
            /** @description Operations that have their components already are held, too, and go on when it is lifted; what runs of a step ends first. What is being undone is not held */
            holdRunning?: boolean | null;
            /** @description Why; a freeze has to have one */
            reason?: string | null;
            /** @description A moment with its zone (RFC 3339) at which it is lifted */
            until?: string | null;
        };
        Manifest: {
            components: {
                artifact: string | null;
                image: string | null;
                name: string;
                revision: string;
            }[];
            release: components["schemas"]["Release"];
        };
        /** @description What the sources were found to be, kept under its digest */
        Material: {
            components: {
                dirty: boolean;
                name: components["schemas"]["DefinitionName"];
                revision: string;
            }[];
        };
        Metadata: {
            annotations?: components["schemas"]["DefinitionTexts"];
            labels?: components["schemas"]["DefinitionTexts"];
            links?: components["schemas"]["DefinitionLinks"];
            name: components["schemas"]["DefinitionName"];
            owner?: components["schemas"]["DefinitionText"];
            tenant?: components["schemas"]["DefinitionName"];
            title?: components["schemas"]["DefinitionText"];
        } & {
            [key: string]: unknown;
        };
        NameOrNull: string | null;
        Operation: {
            actor: components["schemas"]["Actor"];
            /** @description As it was asked, before anything was decided */
            asked: {
                /** @description The selection; none where all were meant */
                components?: string[];
                /** @description Milliseconds */
                deadline?: number | null;
                expectedPlan: string | null;
                force?: boolean | null;
                labels: {
                    name: string;
                    value: string;
                }[];
                /** Format: date-time */
                notBefore?: string | null;
                /** @description Of undo: the operation that is taken back */
                of?: string | null;
                onFailure: string | null;
                perComponent: {
                    name: string;
                    /** @description JSON text */
                    parameters: string | null;
                    replicas?: number | null;
                    spec: string | null;
                }[];
                pipeline: string | null;
                reason: string | null;
                release: string | null;
                restartConsumers?: boolean | null;
                version: string | null;
            };
            /** @description Steps whose undo waits for a decision: resume undoes them, skip keeps one; of many the first */
            awaiting?: string[];
            cancel: {
                reason: string | null;
                /** Format: date-time */
                since: string;
                who: string;
            } | null;
            counts: components["schemas"]["StepCounts"];
            /** Format: date-time */
            endedAt: string | null;
            environment: string | null;
            errors: components["schemas"]["ErrorAt"][];
            /** @description Why this view stands still behind the events */
            frozen: string | null;
            /** @description Since when it is held, and by whom; nobody where a failure holds it */
            held: {
                /** @enum {string} */
                by: "operator" | "failure" | "undo" | "freeze";
                /** Format: date-time */
                since: string;
                who: string | null;
            } | null;
            id: string;
            kept: string[];
            kind: string;
            left: {
                command: string;
                step: string;
                what: string;
            }[];
            /** @description Time of the last event */
            movedAt: string;
            /** @description The last event that is in this answer */
            number: number;
            /**
             * @description What follows on a failure: as it was asked, else as the environment says; null before it is planned
             * @enum {unknown}
             */
            onFailure: "compensate" | "keep" | "hold" | null;
            pipeline: string | null;
            planDigest: string | null;
            preview: boolean;
            product: string;
            /** @description Why it failed, is being undone, or was refused: a sentence */
            reason: string | null;
            release: string | null;
            /** @description What people should read with the plan */
            remarks: string[];
            /** Format: date-time */
            requestedAt: string;
            /** Format: date-time */
            startedAt: string | null;
            status: components["schemas"]["OperationStatus"];
            /** @description How many the plan has */
            steps: number;
            tenant: string;
            undoCounts: components["schemas"]["StepCounts"];
            version: string | null;
            waitingFor: components["schemas"]["WaitingFor"] | null;
        };
        /** @enum {string} */
        OperationKind: "compile" | "package" | "deploy" | "release" | "start" | "stop" | "restart" | "destroy" | "scale" | "rollback" | "undo";
        OperationList: {
            items: components["schemas"]["Operation"][];
            next: string | null;
        };
        OperationRequest: {
            /** @description Only these components of the product; empty or absent: all. Not of rollback and undo; a scale names its own. A part that is compiled is compiled with what its build needs */
            components?: components["schemas"]["DefinitionName"][];
            /** @description What has not ended after so much work has failed, and onFailure says what follows. The clock goes from the first step on and stands while the operation is held or waits for its components. An undo is not limited by it */
            deadline?: string | null;
            environment?: components["schemas"]["NameOrNull"];
            /** @description The planDigest of a preview that must still hold */
            expectedPlan?: string | null;
            /** @description Stop or destroy the components also where a running component that is not among them needs one; build and deploy again also what is unchanged */
            force?: boolean | null;
            kind: components["schemas"]["OperationKind"];
            labels?: {
                name: string;
                value: string;
            }[];
            /** @description A moment with its zone (RFC 3339). Product and environment are looked at now; it is planned, and begun, when the moment has come; a moment that is over is none */
            notBefore?: string | null;
            /** @description Of undo: the operation that is taken back */
            of?: string | null;
            /** @enum {unknown} */
            onFailure?: "compensate" | "keep" | "hold" | null;
            perComponent?: {
                name: components["schemas"]["DefinitionName"];
                /** @description Parameters of the spec */
                parameters?: {
                    [key: string]: unknown;
                } | null;
                /** @description Of scale: how many are to run */
                replicas?: number | null;
                spec?: components["schemas"]["NameOrNull"];
            }[];
            /**
             * @description Of release
             * @enum {unknown}
             */
            pipeline?: "eager" | "buildFirst" | null;
            /**
             * @description Ends with the plan; nothing is touched
             * @default false
             */
            preview: boolean;
            /** @description Of an undo it follows from of; of all others it is needed */
            product?: components["schemas"]["DefinitionName"];
            reason?: string | null;
            /** @description Of deploy and rollback: the release to be deployed; by default the last complete one, of a rollback the last that succeeded there and does not run now. Of a part that is released or packaged: the release that all the rest is as in; by default what runs there, without an environment the last complete one */
            release?: components["schemas"]["VersionOrNull"];
            /** @description Of deploy, release, rollback and undo: what is not among the components and is configured with an output that changes is configured anew and restarted; without it, it is shown as configurationOutdated */
            restartConsumers?: boolean | null;
            tenant?: components["schemas"]["DefinitionName"];
            /** @description Of compile, package and release: the version to be made; by default YYYY.MM.DD-n */
            version?: components["schemas"]["VersionOrNull"];
        };
        /** @enum {string} */
        OperationStatus: "requested" | "planning" | "waiting" | "running" | "held" | "cancelling" | "compensating" | "planned" | "succeeded" | "failed" | "compensated" | "compensation-failed" | "cancelled" | "refused";
        /** @description What others may ask of a component; of an external one the environment gives the value */
        OutputDefinition: string | ({
            secret?: boolean;
            value?: string;
        } & {
            [key: string]: unknown;
        });
        Package: {
            base?: components["schemas"]["DefinitionText"];
            dockerfile?: components["schemas"]["PathWithin"];
            /** @description What of the build goes where in the image */
            files?: {
                [key: string]: components["schemas"]["PathInImage"];
            };
            workdir?: components["schemas"]["PathInImage"];
        } & {
            [key: string]: unknown;
        };
        /** @description A value that people choose */
        Parameter: {
            default?: boolean | string | number;
            description?: components["schemas"]["DefinitionText"];
            enum?: (boolean | string | number)[];
            maximum?: number;
            maxLength?: number;
            minimum?: number;
            minLength?: number;
            title?: components["schemas"]["DefinitionText"];
            /** @enum {unknown} */
            type: "boolean" | "string" | "integer" | "number";
        } & {
            [key: string]: unknown;
        };
        /** @description A JSON schema of one plain object */
        Parameters: {
            /** @constant */
            additionalProperties?: false;
            properties: {
                [key: string]: components["schemas"]["Parameter"];
            };
            required?: string[];
            /** @constant */
            type: "object";
        } & {
            [key: string]: unknown;
        };
        PathInImage: string;
        PathWithin: string;
        /** @description httpGet or exec, not both; times as in Kubernetes, in seconds */
        Probe: {
            exec?: {
                command: components["schemas"]["CommandLine"];
            } & {
                [key: string]: unknown;
            };
            /** @description Without it: 3 */
            failureThreshold?: number;
            httpGet?: {
                host?: components["schemas"]["DefinitionText"];
                httpHeaders?: ({
                    name: components["schemas"]["DefinitionText"];
                    value: string;
                } & {
                    [key: string]: unknown;
                })[];
                path: string;
                /** @description The number or the name of a declared port */
                port: number | string;
                /** @enum {unknown} */
                scheme?: "HTTP" | "HTTPS";
            } & {
                [key: string]: unknown;
            };
            /** @description Without it: 0 */
            initialDelaySeconds?: number;
            periodSeconds?: number;
            /** @description Without it: 1 */
            timeoutSeconds?: number;
        } & {
            [key: string]: unknown;
        };
        /** @description RFC 9457. All errors at once, each with its pointer. */
        Problem: {
            detail?: string;
            errors?: {
                column?: number;
                detail: string;
                /** @description kind/name of the definition that is meant */
                document?: string;
                line?: number;
                pointer: string;
            }[];
            status: number;
            title: string;
            type: string;
        };
        Product: {
            /** @constant */
            apiVersion: "srm/v1";
            /** @constant */
            kind: "Product";
            metadata: components["schemas"]["Metadata"];
            spec: {
                components: unknown[];
                /** @description Names only; the environment says where values live */
                secrets?: components["schemas"]["DefinitionName"][];
                type?: components["schemas"]["DefinitionName"];
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        ProductOrComponent: string;
        Release: {
            /** Format: date-time */
            completedAt: string | null;
            components: number;
            contentDigest: string;
            from: string | null;
            /** @description tenant/product/version */
            id: string;
            /** Format: date-time */
            openedAt: string | null;
            operation: string;
            product: string;
            /** @enum {string} */
            state: "taken" | "open" | "complete";
            /** Format: date-time */
            takenAt: string;
            tenant: string;
            version: string;
        };
        ReleaseList: {
            items: components["schemas"]["Release"][];
            next: string | null;
        };
        Resource: {
            /** @description The operation that holds it */
            changing: string | null;
            component: string;
            configuration: string | null;
            /** @description It runs with outputs of others that are other ones by now; a restart or a deploy configures it anew */
            configurationOutdated: {
                /** @description That changed them */
                operation: string;
                /** @description <component>.<output> */
                outputs: string[];
                /** Format: date-time */
                since: string;
            } | null;
            environment: string;
            fence: number;
            /** @description tenant/environment/product/component */
            id: string;
            image: string | null;
            number: number;
            /** @description What is seen of it; null as long as nobody looked */
            observed: {
                /** @description What changed while SRM was away */
                drift: string | null;
                /** @enum {string} */
                health: "absent" | "starting" | "healthy" | "unhealthy" | "stopped" | "completed";
                number: number;
                ready: number;
                /** @description Why it is not healthy */
                reason: string | null;
                /** @description Since it was deployed */
                restarts: number;
                /** Format: date-time */
                since: string;
                version: string | null;
                wanted: number;
            } | null;
            /** @description Since which operation it is so */
            operation: string | null;
            outputs: {
                name: string;
                secret: boolean;
                value: string;
            }[];
            /** @description JSON text */
            parameters: string | null;
            product: string;
            /** @description How many run; of what is stopped, how many come back with a start */
            replicas: number | null;
            /** Format: date-time */
            since: string;
            spec: string | null;
            state: components["schemas"]["ResourceState"];
            tenant: string;
            version: string | null;
        };
        ResourceAmounts: {
            cpu?: string | number;
            memory?: string;
        } & {
            [key: string]: unknown;
        };
        ResourceList: {
            items: components["schemas"]["Resource"][];
            next: string | null;
        };
        /** @enum {string} */
        ResourceState: "running" | "stopped" | "completed" | "absent" | "uncertain";
        Restored: {
            /**
             * Format: date-time
             * @description When it was restored
             */
            at: string;
            /**
             * Format: date-time
             * @description When the backup was made
             */
            backupAt: string;
            /** @description false: the views do not show all of the backup yet */
            caughtUp: boolean;
            /** @description Of the items */
            digest: string;
            file: string;
            items: components["schemas"]["RestoredItem"][];
        };
        RestoredAcceptance: {
            /** @description Of the comparison that is accepted */
            digest: string;
            reason?: string | null;
        };
        RestoredItem: {
            believed: string | null;
            /** @description tenant/environment/product/component */
            id: string;
            seen: string | null;
            /**
             * @description gone: the target does not have it; unknown: SRM does not
             * @enum {string}
             */
            verdict: "same" | "differs" | "gone" | "unknown";
        };
        Source: {
            git?: components["schemas"]["DefinitionText"];
            /** @description A folder; relative to where the definition is. With git: within the repository */
            path?: string;
            ref?: components["schemas"]["DefinitionText"];
        } & {
            [key: string]: unknown;
        };
        Status: {
            bridges: {
                /** Format: date-time */
                lastHeard: string | null;
                name: string;
                oldestUnanswered: {
                    operation: string;
                    /** Format: date-time */
                    since: string;
                    step: string;
                } | null;
                openSteps: number;
                /** Format: date-time */
                silentSince: string | null;
            }[];
            deadLetters: {
                count: number;
                newest: {
                    /** Format: date-time */
                    at: string;
                    key: string;
                    /** @description topic/partition/position */
                    origin: string;
                    reason: string;
                    type: string;
                }[];
                topic: string;
            }[];
            disk: {
                folder: string;
                free: number;
                size: number;
            } | null;
            findings: components["schemas"]["Finding"][];
            lag: {
                /** @description Records still to read */
                behind: number;
                group: string;
                topic: string;
            }[];
            /** Format: date-time */
            now: string;
            openOperations: number;
            setAside: {
                reason: string;
                service: string;
                /** Format: date-time */
                since: string;
                what: string;
            }[];
            /** Format: date-time */
            startedAt: string | null;
            stuckOperations: {
                command: string;
                /** @enum {string} */
                kind: "frozen" | "held" | "unconfirmed" | "silent" | "planning" | "overdue" | "idle";
                operation: string;
                /** Format: date-time */
                since: string;
                why: string;
            }[];
            /** @description Steps that are tried again, the soonest first */
            timers: {
                /** Format: date-time */
                at: string;
                operation: string;
                step: string;
            }[];
            /** @description Milliseconds */
            uptime: number | null;
            version: string | null;
            /** @description Nobody has to do anything */
            well: boolean;
        };
        Step: {
            action: string;
            attempt: number;
            /** @description At most so many */
            attempts: number;
            bridge: string;
            /** @description Its bridge was asked to end this attempt */
            cancel: {
                reason: string;
                /** Format: date-time */
                since: string;
                /** @enum {string} */
                why: "deadline" | "cancel" | "failure";
            } | null;
            code: string | null;
            component: string;
            /**
             * Format: date-time
             * @description When its bridge is asked to end this attempt
             */
            deadlineAt: string | null;
            dependsOn: string[];
            done: number | null;
            /**
             * @description The worst of its attempts
             * @enum {string|null}
             */
            effect: "none" | "possible" | "done" | null;
            /** Format: date-time */
            endedAt: string | null;
            /** @description JSON text */
            evidence: string | null;
            /**
             * Format: date-time
             * @description When its bridge last said something of it
             */
            heardAt: string | null;
            id: string;
            /** @description Point of no return: why what it does is not undone, or not without a decision */
            noReturn?: string | null;
            number: number;
            outputs: {
                name: string;
                secret: boolean;
                value: string;
            }[];
            phase: string;
            reason: string | null;
            /** Format: date-time */
            retryAt: string | null;
            /**
             * Format: date-time
             * @description When this state began
             */
            since: string;
            /** Format: date-time */
            startedAt: string | null;
            state: components["schemas"]["StepState"];
            /** @description How far it is */
            text: string | null;
            total: number | null;
            unchanged: boolean;
            /** @description none, auto, hold, keep or command */
            undo: string;
            undoes: string | null;
            waitingFor: components["schemas"]["WaitingFor"][];
            /**
             * @description What its bridge found before it changed anything
             * @enum {string|null}
             */
            was: "absent" | "present" | null;
        };
        StepCounts: {
            cancelled: number;
            failed: number;
            planned: number;
            requested: number;
            skipped: number;
            started: number;
            succeeded: number;
        };
        StepList: {
            items: components["schemas"]["Step"][];
            next: string | null;
        };
        /** @enum {string} */
        StepState: "planned" | "requested" | "started" | "succeeded" | "failed" | "cancelled" | "skipped";
        Sweep: {
            actor: {
                authenticated: boolean;
                name: string;
            };
            /**
             * Format: date-time
             * @description When what is kept was marked
             */
            at: string;
            dryRun: boolean;
            /**
             * Format: date-time
             * @description null: not every service has answered
             */
            endedAt: string | null;
            id: string;
            reason: string | null;
            services: {
                items: components["schemas"]["SweptItem"][];
                service: string;
            }[];
        };
        SweepRequest: {
            /** @description Only look */
            dryRun?: boolean;
            reason?: string | null;
        };
        SweptItem: {
            bytes: number | null;
            count: number;
            /** @enum {string} */
            fate: "stays" | "setAside" | "deleted" | "broughtBack";
            name: string;
            /** @enum {string} */
            what: "artifact" | "image" | "job" | "work" | "restorePoint" | "log" | "step" | "timer" | "letter";
            /** @description runs, before: a resource; release: one of the last five of an environment; newest: of a product; operation: one that has not ended; used: when last; old: since when */
            why: {
                of: string;
                /** @enum {string} */
                sort: "runs" | "before" | "release" | "newest" | "operation" | "used" | "old";
            };
        };
        VersionOrNull: string | null;
        WaitingFor: {
            /** @enum {string} */
            for: "step" | "barrier" | "lease" | "freeze" | "bridge" | "silence" | "retry" | "cancel" | "hold" | "planning" | "frozen" | "window" | "approval" | "time";
            /** @description Operations that are waited for */
            operations: string[];
            /** Format: date-time */
            since: string | null;
            /** @description The reason in words a person can act on */
            text: string;
            /** @description The id of the step; of a lease, a freeze, a time the sentence; of a retry its time; of a bridge its name; of a hold or a cancel who asked */
            what: string;
        };
        /** @description The keys of a Score container, ports as in its service; kind, replicas, settle, readyWithin are ours */
        Workload: {
            args?: string[];
            command?: components["schemas"]["CommandLine"];
            files?: {
                [key: string]: {
                    binaryContent?: string;
                    content?: string;
                    mode?: string;
                    noExpand?: boolean;
                    source?: components["schemas"]["PathWithin"];
                } & {
                    [key: string]: unknown;
                };
            };
            /**
             * @description Without it: service
             * @enum {unknown}
             */
            kind?: "service" | "stateful" | "job";
            livenessProbe?: components["schemas"]["Probe"];
            /** @description ${ports.<name>} is where the component listens, ${service.ports.<name>} where others find it */
            ports?: {
                [key: string]: {
                    /** @description false: only for probes and people on the machine */
                    exposed?: boolean;
                    port: number;
                    /** @enum {unknown} */
                    protocol?: "TCP" | "UDP";
                    targetPort?: number;
                } & {
                    [key: string]: unknown;
                };
            };
            readinessProbe?: components["schemas"]["Probe"];
            /** @description How long a service may take from its start until it is ready, a job until it has completed; after that the deployment has failed. Without it: 30s, of a job 10m */
            readyWithin?: components["schemas"]["Duration"];
            replicas?: number | string;
            resources?: {
                limits?: components["schemas"]["ResourceAmounts"];
                requests?: components["schemas"]["ResourceAmounts"];
            } & {
                [key: string]: unknown;
            };
            /** @description How long it must stay ready before it counts as deployed. Without it: 0s */
            settle?: components["schemas"]["Duration"];
            variables?: {
                [key: string]: string;
            };
            /** @description Data that outlives undo and destroy; ${volumes.<source>} is its path */
            volumes?: {
                [key: string]: {
                    path?: components["schemas"]["PathWithin"];
                    readOnly?: boolean;
                    size?: string;
                    source: components["schemas"]["DefinitionName"];
                } & {
                    [key: string]: unknown;
                };
            };
        } & {
            [key: string]: unknown;
        };
    };
    responses: {
        /** @description What is wrong */
        problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description Who asks; not checked before there is sign-in */
        actor: string;
        /** @description next of the page before */
        cursor: string;
        id: string;
        /** @description Quoted or not. Without one the door makes one */
        idempotencyKey: string;
        limit: number;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
