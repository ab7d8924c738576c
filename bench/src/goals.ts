import type { Goal } from './goal.ts';
import { p09 } from './p09.ts';

export const goals: readonly Goal[] = [p09];
