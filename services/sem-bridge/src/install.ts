import { sentenceOf } from './durable.ts';
import { ImageRefused } from './image.ts';
import { ArchiveRefused } from '@srm/bridge/archive';
import { cancelled, failed, succeeded, type Ended } from './ending.ts';
import { prepare, type Prepared } from './launch.ts';
import { openPorts, PortTaken, privatePorts, stablePorts } from './network.ts';
import type { Answer } from './probe.ts';
import type { Living } from './process.ts';
import { waitReady, type Readiness } from './ready.ts';
import type { Run } from './record.ts';
import type { Task } from './task.ts';
import { found, keepCurrent, newMark } from './run.ts';
import { giveUp } from './give-up.ts';
import { settle } from './settle.ts';
import { noteEffect, type Stage } from './stage.ts';
import { vacate } from './vacate.ts';
import type { Version } from './version.ts';
import { lastLines } from './log-file.ts';
import { endedWords, seconds } from './words.ts';
import { workloadOf } from './workload.ts';

/** The run that this job is bringing up, made durable before anything is started. */
async function nextRun(stage: Stage, version: Version, task: Task): Promise<Run> {
  const { next } = stage.record();
  if (next?.job === task.job) return next.run;
  const workload = workloadOf(version.workload);
  const mark = newMark(stage);
  await stablePorts(stage, workload, task.former);
  const ports = await privatePorts(stage, workload, mark);
  const run = { mark, version: version.id, job: task.job, ports, pid: null, identity: null };
  await stage.save(() => ({ next: { job: task.job, version, run } }));
  return run;
}

/** Starts the process of the next version, or finds it when it was started before a death. */
async function nextProcess(stage: Stage, run: Run, prepared: Prepared, task: Task): Promise<Living> {
  const there = await found(stage, run);
  const living = there ?? (await prepared.start());
  if (there === null) {
    const { pid, identity } = living;
    await stage.save(({ next }) => (next?.run.mark === run.mark ? { next: { ...next, run: { ...next.run, pid, identity } } } : {}));
  }
  await noteEffect(stage, { job: task.job, did: 'started', version: run.version, pid: living.pid }, there !== null);
  return living;
}

type Begun = Readonly<{ run: Run; prepared: Prepared; living: Living }>;

/** Brings the process of a version up: beside what runs, or in its place. What cannot be is an ending; everything is cleared away then. */
export async function begin(stage: Stage, version: Version, task: Task): Promise<Begun | Ended | null> {
  try {
    task.say('unpacking the image');
    const run = await nextRun(stage, version, task);
    if (version.kind !== 'job') await openPorts(stage, stage.record().current !== null || task.former.size > 0);
    const prepared = await prepare(stage, version, run);
    if (task.cancel.aborted && run.pid === null)
      return await giveUp(stage, null, cancelled('cancelled before it was started', 'none', null), task);
    await vacate(stage, version, task);
    if (task.cancel.aborted && run.pid === null)
      return await giveUp(stage, null, cancelled('cancelled before it was started', 'none', null), task);
    task.say('starting');
    return { run, prepared, living: await nextProcess(stage, run, prepared, task) };
  } catch (error) {
    const inWords = error instanceof ImageRefused || error instanceof ArchiveRefused || error instanceof PortTaken;
    const reason = sentenceOf(error);
    const component = stage.address.component;
    const words = inWords ? reason : `${component} could not be started: ${reason}`;
    return giveUp(stage, null, failed(words, { code: null, retryable: error instanceof PortTaken, effect: 'none', evidence: null }), task);
  }
}

const shown = (answer: Answer | null): string => (answer === null ? '' : ` (${answer.probe} → ${answer.answer})`);

/** Installs a version: brings it up, waits until it is ready, gives it the traffic, ends the one before. Null: the supervisor is ending. */
export async function install(stage: Stage, version: Version, task: Task): Promise<Ended | null> {
  const begun = await begin(stage, version, task);
  if (begun === null || 'state' in begun) return begun;
  const { run, prepared, living } = begun;
  const answers: Answer[] = [];
  const said = (answer: Answer): void => {
    const last = answers.at(-1);
    if (last?.answer !== answer.answer || last.probe !== answer.probe) answers.push(answer);
    task.say(answer.ok ? 'ready, staying so' : `not ready yet${shown(answer)}`);
  };
  const readiness = await waitReady(living, prepared, stage.clock, AbortSignal.any([task.cancel, task.leave]), said);
  if (readiness.state !== 'ready') return notReady(stage, readiness, begun, answers, task);
  await stage.save(({ leaving, run: old }) => ({
    current: version,
    by: task.job,
    wanted: 'running',
    run: { ...run, pid: living.pid, identity: living.identity },
    next: null,
    held: null,
    leaving: [...leaving, ...(old === null ? [] : [old])],
    restarts: 0,
    health: 'healthy',
    reason: null,
  }));
  stage.keepers.set(run.mark, keepCurrent(stage, version, run, prepared, living, true));
  task.say('ready, ending the version before');
  await settle(stage);
  return succeeded(stage, version, false);
}

async function notReady(stage: Stage, readiness: Readiness, begun: Begun, answers: readonly Answer[], task: Task): Promise<Ended | null> {
  if (task.leave.aborted) {
    await begun.living.stop();
    return null;
  }
  const lines = await lastLines(begun.prepared.log, 40);
  const ending = readiness.state === 'ended' ? readiness.ending : null;
  const evidence = JSON.stringify({
    lines,
    exit: ending === null ? null : { code: ending.code, signal: ending.signal },
    probes: answers.slice(-10),
  });
  if (readiness.state === 'stopped')
    return giveUp(stage, begun.living, cancelled('cancelled while it was getting ready', 'possible', evidence), task);
  const component = stage.address.component;
  const reason =
    readiness.state === 'late'
      ? `${component} was not ready in ${seconds(readiness.limit)}${shown(readiness.answer)}`
      : endedWords(component, ending ?? { code: null, signal: null, after: 0, fault: null }, lines);
  return giveUp(stage, begun.living, failed(reason, { code: readiness.state, retryable: false, effect: 'possible', evidence }), task);
}
