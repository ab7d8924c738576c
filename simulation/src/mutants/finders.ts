import { pair, single } from '../model/scenario.ts';
import { deaths, model, seeds } from './finder.ts';

/** The finders that mutants share: each is also run once where nothing is broken. */
export const crash = model(pair, { crash: 1 }, { eager: true });
export const repeat = model(pair, { repeat: 1 }, { eager: true });
export const reorder = model(pair, { reorder: 1 });
export const cancel = model(pair, { cancel: 1 }, { eager: true });
export const late = model(pair, { late: 1 });
export const failure = model(pair, { failure: 1 });
/** One dies while one step is undone. */
export const crashedFailure = model(single, { crash: 1, failure: 1 }, { eager: true });
export const poison = model(pair, { poison: 1 });
export const abandon = model(single, { abandon: 1 });
export const twoOperations = model(single, {}, { operations: 2 });
export const rebalance = model(pair, { rebalance: 1 }, { eager: true }, 30_000);
/** The target keeps no tombstones; calls are over after T. */
export const forgetful = model(pair, { cancel: 1, late: 1 }, { tombstones: false });
export const cancelledFailure = model(pair, { cancel: 1, failure: 1 });
export const triedAgain = model(single, { failure: 2 }, { attempts: 2 });
export const someDeaths = deaths(150, 40);
export const fewSeeds = seeds(300, 10);
export const manySeeds = seeds(300, 40);
