import type { Answer } from '@srm/service';
import { problem } from './problem.ts';

/** Most bytes of a request that becomes one message and, with what is added, one event: those may have 1 MB. */
export const largestRequest = 800_000;
/** Most bytes of definitions: each is kept under its digest, the message has the digests alone. */
export const largestDefinitions = 20_000_000;

export const tooLarge = (detail: string): Answer => problem(413, 'too-large', 'Too large', { detail });
