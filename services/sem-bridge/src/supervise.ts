import { isOfSystem, removeDrafts, sentenceOf } from './durable.ts';
import { randomUUID } from 'node:crypto';
import type { Clock } from '@srm/messaging';
import { makePlaces, placesOf, type Address } from './address.ts';
import { carry } from './carry.ts';
import { changesIn, type Changes } from './changes.ts';
import { failed } from './ending.ts';
import { drop } from './give-up.ts';
import { markedProcesses, signal } from './identity.ts';
import { cancelAsked, openJobs, prune, writeJob, type JobFile } from './job-file.ts';
import { takeLock } from './lock.ts';
import { claims } from './ports.ts';
import { emptyRecord, readRecord } from './record.ts';
import { resume } from './run.ts';
import { settle } from './settle.ts';
import { makeStage, resourceMark, type Stage } from './stage.ts';

const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal?.addEventListener('abort', end);
    }),
};

/** Ends what carries this resource's mark and is in no record: it was started just before a death. */
async function endStrays(stage: Stage): Promise<void> {
  const { run, next, leaving } = stage.record();
  const known = new Set([run?.mark, next?.run.mark, ...leaving.map(({ mark }) => mark)]);
  for (const { pid, mark } of await markedProcesses(resourceMark(stage.folder, stage.address)))
    if (!known.has(mark)) signal(pid, 'SIGKILL');
}

/** Removes jobs and logs that no book remembers. */
async function forget({ record, places }: Stage): Promise<void> {
  const { run, next } = record();
  const used = [run, next?.run].flatMap((found) => (found == null ? [] : [found.job]));
  for (const at of [places.jobs, places.logs]) await prune(at, clock.now(), used);
}

/** Writes what is said, at most one at a time and the newest only. */
function speaker(stage: Stage, file: JobFile): Readonly<{ say: (text: string) => void; quiet: () => Promise<void> }> {
  let [said, written, writing] = ['', '', Promise.resolve()];
  const write = async (): Promise<void> => {
    if (said === written) return;
    written = said;
    await writeJob(stage.places.jobs, { ...file, text: said });
  };
  return {
    say: (text) => {
      said = text;
      writing = writing.then(write);
    },
    quiet: () => writing,
  };
}

async function carryOn(stage: Stage, file: JobFile, changes: Changes, leave: AbortSignal): Promise<void> {
  const cancel = new AbortController();
  const check = (): void => void cancelAsked(stage.places.jobs, file.job).then((asked) => asked && cancel.abort());
  if (await cancelAsked(stage.places.jobs, file.job)) cancel.abort();
  const end = changes.each(check);
  const { say, quiet } = speaker(stage, file);
  const task = { job: file.job, cancel: cancel.signal, leave, say, former: new Map<string, number>() };
  const ended = await carry(stage, file, task).catch((error: unknown) => {
    console.error(error);
    // Trouble with the disk: what is in memory may be ahead of it. The next supervisor begins with what is there.
    if (isOfSystem(error)) throw error;
    const reason = `${stage.address.component}: ${sentenceOf(error)}`;
    return failed(reason, { code: 'supervisor', retryable: true, effect: 'possible', evidence: null });
  });
  end();
  await quiet();
  if (ended !== null) await writeJob(stage.places.jobs, { ...file, text: '', ended });
  if (ended !== null && stage.record().gaveUp !== null) await stage.save(() => ({ gaveUp: null }));
}

async function work(stage: Stage, leave: AbortSignal): Promise<void> {
  const changes = changesIn(stage.places.jobs);
  const known = new Set<string>();
  await endStrays(stage);
  for (let wait = 1000; !leave.aborted;) {
    const up = await resume(stage);
    const [file] = await openJobs(stage.places.jobs, known);
    if (file !== undefined) {
      await carryOn(stage, file, changes, leave);
      await forget(stage);
      wait = 1000;
      continue;
    }
    await drop(stage);
    await settle(stage);
    if (stage.record().wanted !== 'running' && (await openJobs(stage.places.jobs, known)).length === 0) break;
    await changes.next(up ? null : wait, leave);
    wait = Math.min(30_000, wait * 2);
  }
  changes.close();
  await Promise.all([...stage.keepers.values()].map((keeper) => keeper.stop()));
}

/** The life of a supervisor: `folder dpr host tenant environment product component`. A second one for the same resource ends at once. */
async function supervise(folder: string, dpr: string, host: string, address: Address): Promise<void> {
  const places = placesOf(folder, address);
  await makePlaces(places);
  const leave = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => leave.abort());
  if (!(await takeLock(places.lock, process.pid))) return;
  const record = (await readRecord(places.record)) ?? emptyRecord(address);
  const stage = makeStage({ folder, dpr, host, path: process.env['PATH'] ?? '', address, places, clock, newId: randomUUID }, record);
  await forget(stage);
  for (const at of [places.record, places.jobs, places.logs, places.lock, claims(folder)]) await removeDrafts(at, clock.now());
  await work(stage, leave.signal);
}

const [folder, dpr, host, tenant, environment, product, component] = process.argv.slice(2);
if (!folder || !dpr || !host || !tenant || !environment || !product || !component)
  throw new Error('supervise: folder dpr host tenant environment product component');
await supervise(folder, dpr, host, { tenant, environment, product, component });
process.exit(0);
