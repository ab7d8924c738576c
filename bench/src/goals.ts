import type { Goal } from './goal.ts';
import { p01 } from './p01.ts';
import { p04 } from './p04.ts';
import { p07 } from './p07.ts';
import { p08 } from './p08.ts';
import { p09 } from './p09.ts';
import { p10 } from './p10.ts';
import { p11 } from './p11.ts';
import { p13 } from './p13.ts';
import { p14 } from './p14.ts';
import { p15 } from './p15.ts';
import { p27 } from './p27.ts';
import { p28 } from './p28.ts';
import { p29 } from './p29.ts';
import { p31 } from './p31.ts';

export const goals: readonly Goal[] = [p01, p04, p07, p08, p09, p10, p11, p13, p14, p15, p27, p28, p29, p31];
