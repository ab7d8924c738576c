import type { Finder } from './finder.ts';
import { cancel, crash, failure, late, manySeeds, repeat, someDeaths } from './finders.ts';
import type { Mutant } from './mutant.ts';
import { ofTheBridge } from './of-the-bridge.ts';
import { ofTheOperation } from './of-the-operation.ts';
import { ofTheRest } from './of-the-rest.ts';
import { ofTheShell } from './of-the-shell.ts';

export const mutants: readonly Mutant[] = [...ofTheShell, ...ofTheOperation, ...ofTheBridge, ...ofTheRest];

/** Who is asked where those that were expected to find a mutant did not. */
export const everywhere: readonly Finder[] = [crash, repeat, cancel, late, failure, someDeaths, manySeeds];
