import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerOf } from './kill-product.ts';

/** What happened, counted where it happened: by the bridges' drivers, and by builds and services themselves. */
export type Counts = Readonly<{
  builds: readonly Readonly<{ component: string; build: string; job: string }>[];
  packages: readonly Readonly<{ component: string; image: string; job: string }>[];
  deployments: readonly Readonly<{ component: string; job: string; did: string; version: string; pid: number | null }>[];
  /** By themselves. */
  built: readonly Readonly<{ component: string; job: string }>[];
  ran: readonly Readonly<{ component: string; source: string; pid: number }>[];
}>;

const linesOf = (file: string): readonly string[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
const named = (address: string): string => address.split('/').at(-1) ?? '';

/** `folder`: where the sources and the ledger of the product are; `data`: of SRM. */
export function countsOf(folder: string, data: string): Counts {
  const ci = linesOf(join(data, 'ci', 'effects.log')).map((line) => line.split(' '));
  const own = linesOf(ledgerOf(folder)).map((line) => line.split(' '));
  return {
    builds: ci.flatMap(([what, name = '', build = '', job = '']) => (what === 'compile' ? [{ component: named(name), build, job }] : [])),
    packages: ci.flatMap(([what, name = '', image = '', job = '']) => (what === 'package' ? [{ component: named(name), image, job }] : [])),
    deployments: linesOf(join(data, 'sem', 'effects.log')).map(deploymentOf),
    built: own.flatMap(([what, component = '', job = '']) => (what === 'build' ? [{ component, job }] : [])),
    ran: own.flatMap(([what, component = '', source = '', pid]) => (what === 'run' ? [{ component, source, pid: Number(pid) }] : [])),
  };
}

function deploymentOf(line: string): Counts['deployments'][number] {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || !('resource' in value && 'job' in value && 'did' in value && 'version' in value))
    throw new Error(`no effect: ${line}`);
  const pid = 'pid' in value && typeof value.pid === 'number' ? value.pid : null;
  return { component: named(String(value.resource)), job: String(value.job), did: String(value.did), version: String(value.version), pid };
}

/** Whatever ran twice and should not have, in sentences. `supervisors`: how many were killed; each may have had to start something again. */
export function doubled({ builds, packages, deployments, built, ran }: Counts, supervisors = 0): readonly string[] {
  const started = (component: string): number => deployments.filter((one) => one.component === component && one.did === 'started').length;
  const runs = [...new Set(ran.map(({ component }) => component))].map(
    (component) => [component, ran.filter((one) => one.component === component).length] as const,
  );
  return [
    ...twice(
      'build',
      builds.map(({ component, build }) => `${component} ${build}`),
    ),
    ...twice(
      'compile job',
      builds.map(({ job }) => job),
    ),
    ...twice(
      'package',
      packages.map(({ component, image }) => `${component} ${image}`),
    ),
    ...twice(
      'package job',
      packages.map(({ job }) => job),
    ),
    ...twice(
      'deployment',
      deployments.map(({ component, job, did, version }) => `${component} ${did} ${version} by ${job}`),
    ),
    ...twice(
      'command of a build',
      built.map(({ component, job }) => `${component} ${job}`),
    ),
    ...runs.flatMap(([component, times]) =>
      times > started(component) + putBack(component, deployments, ran) + supervisors
        ? [`${component} ran ${times} times and was started ${started(component)} times`]
        : [],
    ),
  ];
}

/** Runs that no job started: a job ended the version before for one that it then gave up, and what it ended runs again. */
function putBack(component: string, deployments: Counts['deployments'], ran: Counts['ran']): number {
  const own = ran.filter((one) => one.component === component);
  const jobOf = (did: string, pid: number | undefined): string | undefined =>
    deployments.find((one) => one.component === component && one.did === did && one.pid === pid)?.job;
  return own.filter(({ source, pid }, n) => {
    const [before, given] = [own[n - 2], own[n - 1]];
    const job = jobOf('started', given?.pid);
    return jobOf('started', pid) === undefined && before?.source === source && job !== undefined && jobOf('stopped', before.pid) === job;
  }).length;
}

function twice(what: string, all: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  for (const one of all) times.set(one, (times.get(one) ?? 0) + 1);
  return [...times].flatMap(([one, count]) => (count > 1 ? [`${what} ${one}: ${count} times`] : []));
}
