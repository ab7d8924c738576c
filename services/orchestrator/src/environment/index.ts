import type { Decider } from '../decider.ts';
import { type EnvironmentEvent, type EnvironmentInput, type EnvironmentState, empty } from './state.ts';
import { accept } from './accept.ts';
import { evolve } from './evolve.ts';
import { next } from './leases.ts';
import { said } from './said.ts';

export const environmentDecider: Decider<EnvironmentState, EnvironmentEvent, EnvironmentInput> = {
  empty,
  inputs: {
    DescribeEnvironment: true,
    RequestLease: true,
    FreeLease: true,
    SetFreeze: true,
    PassFreeze: true,
    TimerFired: true,
    ResourceObserved: true,
  },
  accept,
  evolve,
  next,
  said,
  over: () => false,
  deafTo: new Set(),
};
