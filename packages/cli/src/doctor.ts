import type { Finding, Status } from './api.ts';
import { safeJson } from './text.ts';
import { told } from './told.ts';
import type { Call } from './world.ts';
import { exit } from './world.ts';
import { command } from './words.ts';
import type { Lang } from './words.ts';

/** `srm doctor`: 0 when nobody has to do anything, else 1. */
export async function doctor(call: Call): Promise<number> {
  const status = await call.client.status();
  call.out.print(call.json ? safeJson(status) : renderStatus(status, call.language, call.named));
  return status.findings.some(({ grave }) => grave) ? exit.failed : exit.succeeded;
}

/** All well: one line. Else what is wrong, each with what mends it, then the rest in short. `server`: as in renderEnding. */
export function renderStatus(status: Status, lang: Lang, server: string | null = null): string {
  const say = texts[lang];
  const grave = status.findings.filter((finding) => finding.grave);
  const passing = status.findings.filter((finding) => !finding.grave);
  const open = say.open(status.openOperations);
  if (status.findings.length === 0) return [`✔ ${say.well}`, open, ...aboutOf(status, lang)].join(' · ');
  const suffix = server === null ? '' : ` --server ${server}`;
  const lines = (finding: Finding, sign: string): readonly string[] => [
    `${sign} ${told(finding.text, lang)}`,
    ...(finding.command === null ? [] : [`    → ${typed(finding.command, suffix)}`]),
  ];
  return [
    ...grave.flatMap((finding) => lines(finding, '✖')),
    ...passing.flatMap((finding) => lines(finding, '◷')),
    '',
    ...status.bridges.map((bridge) => `  ${say.bridge(bridge, status.now)}`),
    `  ${[open, ...aboutOf(status, lang)].join(' · ')}`,
  ].join('\n');
}

/** `srm …` as this program is typed here; anything else as it is. */
const typed = (text: string, suffix: string): string =>
  text.startsWith('srm ') ? `${command} ${text.slice('srm '.length)}${suffix}` : text;

function aboutOf({ version, uptime, disk, lag }: Status, lang: Lang): readonly string[] {
  const say = texts[lang];
  const behind = lag.reduce((sum, one) => sum + one.behind, 0);
  return [
    ...(behind === 0 ? [] : [say.behind(behind)]),
    ...(disk === null ? [] : [say.disk(size(disk.free), size(disk.size))]),
    ...(version === null || uptime === null ? [] : [say.up(version, ago(uptime))]),
  ];
}

const size = (bytes: number): string => (bytes < 1024 ** 3 ? `${Math.ceil(bytes / 1024 ** 2)} MB` : `${(bytes / 1024 ** 3).toFixed(1)} GB`);

/** Milliseconds as 40s, 12m, 3h, 2d. */
function ago(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return `${Math.floor(Math.max(0, milliseconds) / 1000)}s`;
  if (minutes < 60) return `${minutes}m`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 60 / 24)}d`;
}

type Bridge = Status['bridges'][number];

const heardAgo = (heard: string, now: string): string => ago(Date.parse(now) - Date.parse(heard));

const en = {
  well: 'all is well',
  open: (n: number) => (n === 1 ? '1 operation under way' : `${n} operations under way`),
  behind: (n: number) => `${n} records still to be read`,
  disk: (free: string, own: string) => `${free} free, data ${own}`,
  up: (version: string, time: string) => `SRM ${version}, up ${time}`,
  bridge: ({ name, lastHeard, openSteps, oldestUnanswered }: Bridge, now: string) => {
    const heard = lastHeard === null ? 'never heard' : `heard ${heardAgo(lastHeard, now)} ago`;
    const asked =
      oldestUnanswered === null ? '' : `; asked ${heardAgo(oldestUnanswered.since, now)} ago for ${oldestUnanswered.step}, not begun`;
    return `${`${name}-bridge`.padEnd(12)} ${heard}, ${openSteps} steps under way${asked}`;
  },
};

const zh: typeof en = {
  well: '一切正常',
  open: (n) => `${n} 个操作进行中`,
  behind: (n) => `还有 ${n} 条记录待读`,
  disk: (free, own) => `剩余 ${free}，数据 ${own}`,
  up: (version, time) => `SRM ${version}，已运行 ${time}`,
  bridge: ({ name, lastHeard, openSteps, oldestUnanswered }, now) => {
    const heard = lastHeard === null ? '从未回应' : `${heardAgo(lastHeard, now)} 前有回应`;
    const asked =
      oldestUnanswered === null ? '' : `；${heardAgo(oldestUnanswered.since, now)} 前交给它的 ${oldestUnanswered.step} 尚未开始`;
    return `${`${name}-bridge`.padEnd(12)} ${heard}，${openSteps} 步进行中${asked}`;
  },
};

const texts: Readonly<Record<Lang, typeof en>> = { en, zh };
