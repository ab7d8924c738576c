import { term } from '@srm/schemas/sentences';

export type Lang = 'en' | 'zh';

/** How the command is typed, for lines that say what to do next. */
export const command = 'npm run srm --';

/** From a flag or LANG: zh, zh-CN, zh_CN.UTF-8 are Chinese, anything else English. */
export const langOf = (value: string | undefined): Lang => (/^zh/i.test(value ?? '') ? 'zh' : 'en');

const en = {
  doing: {
    compile: 'compiling',
    package: 'packaging',
    configure: 'configuring',
    deploy: 'deploying',
    publish: 'publishing',
    start: 'starting',
    stop: 'stopping',
    restart: 'restarting',
    destroy: 'destroying',
    scale: 'scaling',
    withdraw: 'withdrawing outputs',
  },
  did: {
    compile: 'compiled',
    package: 'packaged',
    configure: 'configured',
    publish: 'published',
    start: 'started',
    stop: 'stopped',
    restart: 'restarted',
    destroy: 'destroyed',
    scale: 'scaled',
  },
  same: { compile: 'same build id', package: 'same image', deploy: 'same image, spec, parameters and configuration' },
  ready: 'ready',
  deployed: 'deployed',
  unchanged: 'unchanged',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  undo: 'undo',
  undoing: 'undoing',
  undone: 'undone',
  undoFailed: 'undo failed',
  unknownEnd: 'it is not known how it ended',
  undoWaits: 'will be undone',
  waitsFor: (what: string) => `waits for ${what}`,
  waitsBarrier: 'waits until everything is built',
  triesAgain: (time: string) => `tries again in ${time}`,
  comesTo: {
    resume: 'goes on',
    retry: (steps: string) => `tries ${steps} again`,
    skip: (step: string) => `goes on without ${step}`,
    giveUp: 'undoes what was done',
    abandon: (steps: string) => `ends; ${steps} is told to stop, nobody waits whether it does`,
    undo: (steps: string) => `undoes ${steps}`,
    keep: (step: string) => `keeps what ${step} did, and what it needs`,
    leave: (steps: string) => `ends, and leaves ${steps} as it is`,
  },
  steps: (done: number, all: number) => `${done}/${all} steps`,
  undoSteps: (done: number, all: number) => `undone ${done}/${all} steps`,
  more: (n: number) => `… and ${n} more`,
  status: {
    requested: 'requested',
    planning: 'planning',
    waiting: 'waiting',
    running: 'running',
    held: 'held',
    cancelling: 'cancelling',
    compensating: 'undoing',
    planned: 'planned',
    succeeded: 'succeeded',
    failed: 'failed',
    compensated: 'compensated',
    'compensation-failed': 'not all of it could be undone',
    cancelled: 'cancelled',
    refused: 'refused',
  },
  endedIn: (status: string, time: string) => `${status} in ${time}`,
  state: { running: 'running', stopped: 'stopped', completed: 'completed', absent: 'absent', uncertain: 'uncertain' },
  health: {
    absent: 'gone',
    starting: 'starting',
    healthy: 'healthy',
    unhealthy: 'not ready',
    stopped: 'stopped',
    completed: 'completed',
    restarts: (n: number) => (n === 1 ? '1 restart' : `${n} restarts`),
  },
  outdated: (outputs: string, since: string) => `configured with ${outputs} of before ${since}: restart it`,
  open: 'open',
  back: (names: string, version: string) => `${names} back to ${version}`,
  removedAgain: (names: string) => `${names} removed again`,
  unsure: (names: string) => `${names} as before: not certain what runs`,
  asBefore: (names: string) => `${names} as before`,
  stoppedAgain: (names: string) => `${names} stopped again`,
  startedAgain: (names: string) => `${names} started again`,
  untouched: (n: number) => `${n} untouched`,
  why: 'why:',
  kept: 'kept:',
  left: 'left:',
  behind: (why: string) => `this view stands still: ${why}`,
};

const zh: typeof en = {
  doing: {
    compile: '编译中',
    package: '打包中',
    configure: '配置中',
    deploy: '部署中',
    publish: '发布输出中',
    start: '启动中',
    stop: '停止中',
    restart: '重启中',
    destroy: '销毁中',
    scale: '伸缩中',
    withdraw: '撤回输出中',
  },
  did: {
    compile: '已编译',
    package: '已打包',
    configure: '已配置',
    publish: '已发布输出',
    start: '已启动',
    stop: '已停止',
    restart: '已重启',
    destroy: '已销毁',
    scale: '已伸缩',
  },
  same: { compile: '构建号相同', package: '镜像相同', deploy: '镜像、规格、参数和配置相同' },
  ready: '就绪',
  deployed: '已部署',
  unchanged: '未变',
  failed: '失败',
  cancelled: '已取消',
  skipped: '已跳过',
  undo: '撤销',
  undoing: '撤销中',
  undone: '已撤销',
  undoFailed: '撤销失败',
  unknownEnd: '不知道结果如何',
  undoWaits: '将撤销',
  waitsFor: (what) => `等待 ${what}`,
  waitsBarrier: '等待全部构建完成',
  triesAgain: (time) => `${time} 后重试`,
  comesTo: {
    resume: '继续执行',
    retry: (steps) => `重试 ${steps}`,
    skip: (step) => `跳过 ${step}，继续执行`,
    giveUp: '撤销已做的',
    abandon: (steps) => `结束操作；要求 ${steps} 停止，但不等它是否停下`,
    undo: (steps) => `撤销 ${steps}`,
    keep: (step) => `保留 ${step} 所做的及其所需`,
    leave: (steps) => `结束操作，${steps} 保持原样`,
  },
  steps: (done, all) => `${done}/${all} 步`,
  undoSteps: (done, all) => `已撤销 ${done}/${all} 步`,
  more: (n) => `… 另有 ${n} 个`,
  status: {
    requested: '已请求',
    planning: '规划中',
    waiting: '等待中',
    running: '进行中',
    held: '已暂停',
    cancelling: '取消中',
    compensating: '撤销中',
    planned: '已规划',
    succeeded: '成功',
    failed: '失败',
    compensated: '已补偿',
    'compensation-failed': '未能全部撤销',
    cancelled: '已取消',
    refused: '已拒绝',
  },
  endedIn: (status, time) => `${status}，用时 ${time}`,
  state: { running: '运行', stopped: '停止', completed: '完成', absent: '不存在', uncertain: '不确定' },
  health: {
    absent: '已消失',
    starting: '启动中',
    healthy: '健康',
    unhealthy: '未就绪',
    stopped: '停止',
    completed: '完成',
    restarts: (n) => `重启 ${n} 次`,
  },
  outdated: (outputs, since) => `其配置仍是 ${since} 之前的 ${outputs}：请重启`,
  open: '打开',
  back: (names, version) => `${names} 恢复到 ${version}`,
  removedAgain: (names) => `${names} 已重新移除`,
  unsure: (names) => `${names} 恢复原状，但不确定运行的是什么`,
  asBefore: (names) => `${names} 恢复原状`,
  stoppedAgain: (names) => `${names} 重新停止`,
  startedAgain: (names) => `${names} 重新启动`,
  untouched: (n) => `${n} 个未受影响`,
  why: '原因：',
  kept: '保留：',
  left: '遗留：',
  behind: (why) => `此视图已停止更新：${why}`,
};

export type Words = typeof en;
export const words: Readonly<Record<Lang, Words>> = { en, zh };

const entry = (pairs: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(pairs, key) ? pairs[key] : undefined;

export const phaseOf = (phase: string, lang: Lang): string => term('phase', phase, lang);
export const kindOf = (kind: string, lang: Lang): string => term('kind', kind, lang);

/** `deploying failed`, 部署失败 */
export const failed = (phase: string, lang: Lang): string =>
  lang === 'en' ? `${doing(phase, lang)} ${words.en.failed}` : `${phaseOf(phase, lang)}${words.zh.failed}`;

/** What a phase does now; an unknown phase by its name. */
export const doing = (phase: string, lang: Lang): string => entry(words[lang].doing, phase) ?? phase;
export const did = (phase: string, lang: Lang): string => entry(words[lang].did, phase) ?? phase;

/** `unchanged (same build id)` */
export function unchanged(phase: string, lang: Lang): string {
  const same = entry(words[lang].same, phase);
  return same === undefined ? words[lang].unchanged : `${words[lang].unchanged} (${same})`;
}
