import type { Sweep, SweptItem } from './api.ts';
import { moment, safeJson, table } from './text.ts';
import type { Call } from './world.ts';
import { exit } from './world.ts';
import type { Lang } from './words.ts';

/** `srm gc`: what went and what stays, and why. */
export async function gc(call: Call, dryRun: boolean, reason: string | null): Promise<number> {
  const sweep = await call.client.sweep({ dryRun, reason });
  call.out.print(call.json ? safeJson(sweep) : renderSweep(sweep, call.language));
  return exit.succeeded;
}

const order: readonly SweptItem['fate'][] = ['deleted', 'setAside', 'broughtBack', 'stays'];

/** What goes first, then what stays; within each the largest first. The last line is the sum. */
export function renderSweep({ services, dryRun }: Sweep, lang: Lang): string {
  const say = texts[lang];
  const items = services.flatMap((service) => service.items);
  const sorted = items.toSorted((a, b) => order.indexOf(a.fate) - order.indexOf(b.fate) || (b.bytes ?? 0) - (a.bytes ?? 0));
  const rows = sorted.map((item) => [
    say.fate(item.fate, dryRun),
    say.what[item.what],
    item.bytes === null ? say.pieces(item.count) : size(item.bytes),
    shortened(item.name),
    say.why[item.why.sort](['used', 'old'].includes(item.why.sort) ? moment(item.why.of) : item.why.of),
  ]);
  const of = (fate: SweptItem['fate']): string => {
    const some = items.filter((item) => item.fate === fate);
    return say.sum(some.length, size(some.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)));
  };
  const sums = order.map((fate) => `${say.fate(fate, dryRun)}: ${of(fate)}`).join(' · ');
  const aside = items.some(({ fate }) => fate === 'setAside') && !dryRun ? [say.next] : [];
  return [...(rows.length === 0 ? [] : [table(rows)]), `${dryRun ? '◷' : '✔'} ${sums}`, ...aside].join('\n');
}

/** Digests as far as people tell them apart by. */
const shortened = (name: string): string => name.replace(/([0-9a-f]{12})[0-9a-f]{52}/g, '$1');

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${Math.ceil(bytes / 1024)} kB`;
  return bytes < 1024 ** 3 ? `${Math.ceil(bytes / 1024 ** 2)} MB` : `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}

type Say = Readonly<{
  fate: (fate: SweptItem['fate'], dryRun: boolean) => string;
  what: Readonly<Record<SweptItem['what'], string>>;
  why: Readonly<Record<SweptItem['why']['sort'], (of: string) => string>>;
  pieces: (count: number) => string;
  sum: (count: number, bytes: string) => string;
  next: string;
}>;

const en: Say = {
  fate: (fate, dryRun) =>
    ({
      deleted: dryRun ? 'would be deleted' : 'deleted',
      setAside: dryRun ? 'would be set aside' : 'set aside',
      broughtBack: dryRun ? 'would be brought back' : 'brought back',
      stays: 'stays',
    })[fate],
  what: {
    artifact: 'package',
    image: 'image',
    job: 'jobs',
    work: 'work',
    restorePoint: 'restore points',
    log: 'log',
    step: 'steps',
    timer: 'timers',
    letter: 'replayed letters',
  },
  why: {
    runs: (of) => `named by resource ${of}`,
    before: (of) => `an undo of ${of} goes back to it`,
    release: (of) => `one of the last five releases: ${of}`,
    newest: (of) => `the newest release: ${of}`,
    operation: (of) => `named by operation ${of}, which has not ended`,
    used: (of) => `used at ${of}`,
    old: (of) => `nobody needs it; last used, or ended, before ${of}`,
  },
  pieces: (count) => (count === 1 ? '1 entry' : `${count} entries`),
  sum: (count, bytes) => `${count} (${bytes})`,
  next: 'What is set aside is still there for whoever names it; the next gc deletes what nobody needed by then.',
};

const zh: Say = {
  fate: (fate, dryRun) =>
    ({
      deleted: dryRun ? '将删除' : '已删除',
      setAside: dryRun ? '将搁置' : '已搁置',
      broughtBack: dryRun ? '将取回' : '已取回',
      stays: '保留',
    })[fate],
  what: {
    artifact: '包',
    image: '镜像',
    job: '作业记录',
    work: '工作记录',
    restorePoint: '恢复点',
    log: '日志',
    step: '步骤',
    timer: '定时器',
    letter: '重投记录',
  },
  why: {
    runs: (of) => `资源 ${of} 正在使用`,
    before: (of) => `撤销 ${of} 时要恢复到它`,
    release: (of) => `属于最近五个发布：${of}`,
    newest: (of) => `最新的发布：${of}`,
    operation: (of) => `操作 ${of} 尚未结束，需要它`,
    used: (of) => `于 ${of} 使用过`,
    old: (of) => `无人需要；最后使用或结束于 ${of} 之前`,
  },
  pieces: (count) => `${count} 条`,
  sum: (count, bytes) => `${count} 项（${bytes}）`,
  next: '已搁置的内容在被指名时仍可使用；下一次 gc 会删除届时仍无人需要的内容。',
};

const texts: Readonly<Record<Lang, Say>> = { en, zh };
