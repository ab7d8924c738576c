import type { Documents } from '@srm/documents';
import { byType, type Clock, type Codec, type Handler } from '@srm/messaging';
import type { MakePlan } from '@srm/schemas';
import type { Service } from '@srm/service';
import { decide } from './decide.ts';
import { decisionsOf } from './decisions.ts';
import { definitionsDecider } from './definitions.ts';
import { environmentDecider } from './environment/index.ts';
import { operationDecider } from './operation/index.ts';
import { planner } from './planner/planner.ts';
import { sweeper } from './sweeps/sweeper.ts';
import { releasesDecider } from './releases.ts';
import { snapshotsOf } from './snapshots.ts';
import { timerKeeper } from './timers.ts';
import { versionOf } from './version.ts';

/** Decides: operations, environments, releases, definitions. Keeps timers, makes plans, marks what a sweep keeps. Documents: decisions, snapshots, timers, sweeps, swept, frozen, ci.setAside (read). */
export async function orchestrator({ documents, codec, clock }: { documents: Documents; codec: Codec; clock: Clock }): Promise<Service> {
  const decisions = await decisionsOf(documents);
  const operation = decide(operationDecider, decisions, codec);
  const environment = decide(environmentDecider, decisions, codec, await snapshotsOf(documents, versionOf('environment/index')));
  const releases = decide(releasesDecider, decisions, codec, await snapshotsOf(documents, versionOf('releases')));
  const definitions = decide(definitionsDecider, decisions, codec, await snapshotsOf(documents, versionOf('definitions')));
  const handlers = new Map<string, { on: Handler; onJoin: () => void }>([
    ['operation', operation],
    ['environment', environment],
    ['releases', releases],
    ['definitions', definitions],
  ]);
  const timers = await timerKeeper(documents, clock);
  const loads = { environment: environment.load, releases: releases.load, operation: operation.load };
  handlers.set('sweeps', { on: sweeper({ documents, clock, decisions, forgetTimers: timers.forget, ...loads }), onJoin: () => undefined });
  const plans = planner({ documents, clock, ...loads });

  const on: Handler = (messages) => {
    const key = messages[0]?.subject ?? '';
    const handler = handlers.get(key.slice(0, key.indexOf('/')));
    if (handler === undefined) throw new Error(`no decider has the key ${key}`);
    return handler.on(messages);
  };
  const onJoin = (): void => handlers.forEach((handler) => handler.onJoin());

  return {
    name: 'orchestrator',
    consumes: [
      { topic: 'inputs', read: 'shared', on, onJoin },
      { topic: 'timer', read: 'shared', on: timers.on, onJoin: timers.onJoin },
      { topic: 'plan', read: 'shared', on: byType<MakePlan>({ MakePlan: plans }) },
    ],
    loops: [timers.loop],
    routes: [],
  };
}
