import type { Outgoing } from '@srm/messaging';
import type { Driver, Job } from '../driver.ts';
import type { JobDocument } from '../job-document.ts';
import { nothingDriver, nothingTarget, type Script } from '../nothing.ts';
import { memoryDocuments } from './memory-documents.ts';
import { incarnation, world, type Command } from './world.ts';

const enough = 30_000;
export const closings = new Set(['JobSucceeded', 'JobFailed', 'JobCancelled']);

export type Report = Readonly<{ id: string; job: string; step: string; number: number; type: string; data: object; time: string }>;

export const reportsOf = (published: readonly Outgoing[]): readonly Report[] =>
  published.flatMap((one) => {
    if (!('message' in one) || one.topic !== 'inputs') return [];
    const { type, data, id, time } = one.message;
    if (!('step' in data && 'number' in data && 'job' in data)) return [];
    return [{ id, job: String(data.job), step: String(data.step), number: Number(data.number), type, data, time }];
  });

/** careful: it knows jobs again and keeps tombstones. careless: a start is an effect each time, and only the book protects. */
export type Kind = 'careful' | 'careless';

/** Bridges over one book and one target that outlive them, and what was seen there. */
export const stage = (script?: (job: Job) => Script, kind: Kind = 'careful') => {
  const w = world();
  const documents = memoryDocuments();
  const target = nothingTarget();
  const published: Outgoing[] = [];
  const broken: string[] = [];
  const inner = nothingDriver(target, script);
  const find = (id: string) => documents.collection<JobDocument>('sem.jobs').findOne({ _id: id });
  let asked = 0;
  const driver: Driver = {
    ...inner,
    fencing: kind === 'careful' ? 'target' : 'bridge',
    // Each answer is another: who asks twice is found out.
    restorePoint: async (job) => {
      const point = await inner.restorePoint(job);
      return point === null ? null : JSON.stringify({ ...JSON.parse(point), asked: (asked += 1) });
    },
    cancel: async (job) => (kind === 'careful' || target.jobs.has(job.id) ? inner.cancel(job) : false),
    start: async (job, signal) => {
      const before = target.effects.length;
      const former = target.jobs.get(job.id);
      if (kind === 'careless') target.jobs.delete(job.id);
      const started = await inner.start(job, signal);
      if (former !== undefined) target.jobs.set(job.id, former);
      if (target.effects.length === before) return started;
      const inBook = await find(job.id);
      if (inBook?.state === 'closed') broken.push(`${job.step} took effect after it was closed`);
      const said = reportsOf(published).some((report) => report.job === job.id && report.type === 'JobRestorable');
      if (job.action === 'deploy' && !said) broken.push(`${job.step} was touched before its restore point was said`);
      return started;
    },
  };
  const ends = new Set<string>();
  let read = 0;
  /** Whether the end of this attempt was said. */
  const closed = (step: string, attempt = 1): boolean => {
    for (const { data, type } of reportsOf(published.slice(read))) {
      if (closings.has(type) && 'step' in data && 'attempt' in data) ends.add(`${String(data.step)} ${String(data.attempt)}`);
    }
    read = published.length;
    return ends.has(`${step} ${attempt}`);
  };
  const bridges: ReturnType<typeof incarnation>[] = [];
  const open = new Set<Readonly<{ owner: string; command: Command }>>();

  const join = (owner: string): void => void bridges.push(incarnation(w, owner, { documents, driver, published }));
  const give = (owner: string, command: Command): void => {
    const given = { owner, command };
    open.add(given);
    void bridges
      .find((one) => one.owner === owner)
      ?.handle(command)
      .finally(() => open.delete(given));
  };
  return {
    w,
    target,
    published,
    broken,
    closed,
    join,
    give,
    documents,
    jobs: () => documents.collection<JobDocument>('sem.jobs').find({}).toArray(),
    /** Its calls never come back; another takes its place and is given again what it had not finished. */
    replace: (owner: string, by: string): void => {
      w.kill(owner);
      bridges.splice(
        bridges.findIndex((one) => one.owner === owner),
        1,
      );
      join(by);
      for (const given of [...open].filter((one) => one.owner === owner)) {
        open.delete(given);
        give(by, given.command);
      }
    },
    owners: () => bridges.map(({ owner }) => owner),
    /** Everything in the order in which it was asked, until this holds, or (the default) nothing is left to be done. */
    run: async (until: () => boolean = () => false, each: () => void = () => undefined): Promise<void> => {
      for (let steps = 0; !until(); steps += 1) {
        if (steps > enough) throw new Error(`no end is in sight:\n${w.trace.slice(-60).join('\n')}`);
        const [first] = await w.waiting();
        if (first !== undefined) {
          w.take(first);
          each();
        } else if (!w.advance()) return;
      }
    },
  };
};

export type Stage = ReturnType<typeof stage>;

/** The laws of the book, of what was published and of what was touched. Empty: all hold. */
export const violations = async ({ published, target, broken, jobs }: Stage): Promise<readonly string[]> => {
  const found = [...broken];
  const firsts = new Map<string, Report>();
  const last = new Map<string, Report>();
  const points = new Set<string>();
  for (const report of reportsOf(published)) {
    const first = firsts.get(report.id);
    if (first !== undefined) {
      if (JSON.stringify(first) !== JSON.stringify(report)) found.push(`${report.step} ${report.number} was said again differently`);
      continue;
    }
    firsts.set(report.id, report);
    const former = last.get(report.job);
    if (report.number !== (former?.number ?? 0) + 1) found.push(`${report.step}: ${report.number} after ${former?.number ?? 0}`);
    if (former !== undefined && closings.has(former.type)) found.push(`${report.step}: ${report.type} after its end`);
    last.set(report.job, report);
    if (report.type === 'JobRestorable') points.add(`${report.step} ${JSON.stringify(report.data)}`.replace(/"(job|attempt)":[^,]*,/g, ''));
  }
  if (points.size > 1) found.push(`a step has more than one restore point: ${[...points].join(' and ')}`);
  for (const job of await jobs()) {
    if (job.state !== 'closed' || job.open || job.report?.said !== true) found.push(`${job.step} is left ${job.state}`);
    if (!closings.has(last.get(job._id)?.type ?? '')) found.push(`${job.step} was never said to end`);
    const effects = target.effects.filter((effect) => effect.job === job._id).length;
    if (effects > 1) found.push(`${job.step} took effect ${effects} times`);
    if (effects > 0 && job.report?.effect === 'none') found.push(`${job.step} took effect and was said to have none`);
    if (effects === 0 && job.report?.kind === 'JobSucceeded') found.push(`${job.step} succeeded without having been done`);
  }
  return found;
};
