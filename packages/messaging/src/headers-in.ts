import type { Header } from './bus.ts';

/** Headers as the database keeps them. */
export const headersIn = (json: string): readonly Header[] => JSON.parse(json) as Header[];
