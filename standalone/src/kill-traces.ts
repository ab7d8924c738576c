import type { Resource } from '@srm/cli';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { spawnSync } from 'node:child_process';

/** The processes of this machine, other than this one, whose command line, environment or working folder is about a folder. */
export function processesOf(folder: string): readonly string[] {
  return about(folder).map(([pid, text]) => `${pid} ${text.slice(0, 200)}`);
}

/** Their numbers. */
export const pidsOf = (folder: string): readonly number[] => about(folder).map(([pid]) => pid);

/** Those of them that run one of these scripts: supervise.js, run.js. */
export const runningScript = (folder: string, script: string): readonly number[] =>
  about(folder).flatMap(([pid, text]) => (text.includes(`/${script} ${folder}`) ? [pid] : []));

function about(folder: string): readonly Found[] {
  const all = process.platform === 'linux' ? inProc() : byPs();
  return all.filter(([pid, text]) => pid !== process.pid && text.includes(folder));
}

type Found = readonly [pid: number, text: string];

function inProc(): readonly Found[] {
  const or = (read: () => string): string => {
    try {
      return read().replaceAll('\0', ' ');
    } catch {
      return '';
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => {
    const texts = ['cmdline', 'environ'].map((name) => or(() => readFileSync(`/proc/${pid}/${name}`, 'utf8')));
    return [Number(pid), [...texts, or(() => readlinkSync(`/proc/${pid}/cwd`))].join(' ')];
  });
}

function byPs(): readonly Found[] {
  const { stdout } = spawnSync('ps', ['-axww', '-E', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
  return stdout.split('\n').map((line) => [Number.parseInt(line, 10), line]);
}

/** Whether anybody listens at an address like http://127.0.0.1:41007. */
export function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const end = (is: boolean): void => (socket.destroy(), resolve(is));
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}

export const urlsOf = ({ outputs }: Resource): readonly string[] => outputs.flatMap(({ name, value }) => (name === 'url' ? [value] : []));

/** What people see of a resource, and what it is itself; not since when, and by whom. Nobody changes it any more. */
export const seen = ({ component, state, version, image, spec, parameters, configuration, outputs, changing }: Resource) => [
  component,
  { state, version, image, spec, parameters, configuration, outputs, changing },
];

/** What a service of the small product says of itself. */
export async function servedBy(url: string): Promise<Readonly<{ says: object; pid: unknown }>> {
  const value: unknown = await (await fetch(url)).json();
  if (typeof value !== 'object' || value === null || !('pid' in value)) throw new Error(`${url} answers ${JSON.stringify(value)}`);
  const { pid, ...says } = value;
  return { says, pid };
}
