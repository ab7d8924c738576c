import { pair } from '../model/scenario.ts';
import { deaths, model, seeds, type Finder } from './finder.ts';
import type { Mutant } from './mutant.ts';
import { ofTheBridge } from './of-the-bridge.ts';
import { ofTheOperation } from './of-the-operation.ts';
import { ofTheShell } from './of-the-shell.ts';

export const mutants: readonly Mutant[] = [...ofTheShell, ...ofTheOperation, ...ofTheBridge];

/** Who is asked where those that were expected to find a mutant did not. */
export const everywhere: readonly Finder[] = [
  model(pair, { crash: 1 }, { eager: true }),
  model(pair, { repeat: 1 }, { eager: true }),
  model(pair, { cancel: 1 }, { eager: true }),
  model(pair, { late: 1 }),
  model(pair, { failure: 1 }),
  deaths(150, 40),
  seeds(300, 40),
];
