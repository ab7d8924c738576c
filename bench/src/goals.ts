import type { Goal } from './goal.ts';
import { p01 } from './p01.ts';
import { p04 } from './p04.ts';
import { p09 } from './p09.ts';

export const goals: readonly Goal[] = [p01, p04, p09];
