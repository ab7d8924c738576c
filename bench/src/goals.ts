import type { Goal } from './goal.ts';
import { p01 } from './p01.ts';
import { p04 } from './p04.ts';
import { p05 } from './p05.ts';
import { p06 } from './p06.ts';
import { p07 } from './p07.ts';
import { p08 } from './p08.ts';
import { p09 } from './p09.ts';
import { p10 } from './p10.ts';
import { p11 } from './p11.ts';
import { p13 } from './p13.ts';
import { p14 } from './p14.ts';
import { p15 } from './p15.ts';
import { p16 } from './p16.ts';
import { p17 } from './p17.ts';
import { p18 } from './p18.ts';
import { p19 } from './p19.ts';
import { p23 } from './p23.ts';
import { p24 } from './p24.ts';
import { p26 } from './p26.ts';
import { p27 } from './p27.ts';
import { p28 } from './p28.ts';
import { p29 } from './p29.ts';
import { p31 } from './p31.ts';

export const goals: readonly Goal[] = [
  p01,
  p04,
  p05,
  p06,
  p07,
  p08,
  p09,
  p10,
  p11,
  p13,
  p14,
  p15,
  p16,
  p17,
  p18,
  p19,
  p23,
  p24,
  p26,
  p27,
  p28,
  p29,
  p31,
];
