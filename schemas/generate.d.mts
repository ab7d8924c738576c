/** What `src/messages.generated.ts` is to contain. */
export function messageTypes(): string;
/** What `src/api.generated.ts` is to contain. */
export function apiTypes(): Promise<string>;
