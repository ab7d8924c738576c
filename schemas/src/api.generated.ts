// Made from openapi.yaml by `npm run types`. Not edited by hand.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
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
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
