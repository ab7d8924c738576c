import type { Lang } from '@srm/cli';

const en = {
  usage: `npm start -- [options]
  --data <folder>      where everything is kept; by default ./.srm
  --port <port>        where SRM answers; by default 7070, or the next free one; 0: any free one
  --host <address>     by default 127.0.0.1: only this machine
  --sources <folder>   sources of products may lie in it, too; may be given several times
  --no-example         do not release examples/shop on the first start
  --restore <file>     fill the empty data folder from a backup first (srm backup); SRM is read-only until what differs is accepted
  --exit               end after the release, with 0 when it succeeded and 1 when not
  --lang <lang>        en or zh; by default from LANG
  --help`,
  notPort: (port: string) => `--port is a number from 0 (any free one) to 65535, not "${port}"`,
  notEmpty: (name: string) => `--${name} must not be empty`,
  notLang: (lang: string) => `--lang is en or zh, not "${lang}"`,
  header: (version: string, address: string, data: string) =>
    `SRM ${version}   ${address}   data ${data}   (Ctrl-C stops, nothing is lost)`,
  otherPort: (busy: number) => `port ${busy} is in use, so SRM took the next free one; choose one with --port`,
  portBusy: (port: number) => `port ${port} is in use: stop what listens there, or choose another one: npm start -- --port ${port + 1}`,
  noPort: (from: number) => `no port from ${from} to ${from + 100} is free; choose one with --port`,
  held: (folder: string, by: string) =>
    `the data folder ${folder} is in use by ${by}: one SRM at a time.\nStop that one (Ctrl-C where it runs), or give this one another folder: npm start -- --data ./other`,
  unusable: (folder: string, why: string) =>
    `the data folder ${folder} cannot be used: ${why}; name another one: npm start -- --data ./other`,
  noHost: (host: string, why: string) => `SRM cannot listen at ${host}: ${why}; leave --host away, or name an address of this machine`,
  noSources: (folder: string) => `--sources ${folder}: there is no such folder`,
  noBackup: (file: string) => `--restore ${file}: there is no such file`,
  notRestored: (file: string) => `${file} was not restored, nothing was changed:`,
  restored: '✖ restored from a backup, and read-only: npm run srm -- restore shows what differs from what runs, --accept goes on',
  goesOn: (kind: string, product: string) => `${kind} of ${product} goes on where it was`,
  starts: (product: string, environment: string) => `${product} in ${environment} was stopped with SRM; it is started again`,
  nothing: (running: number) => `✔ ${running} resources running, nothing to do`,
  next: 'Next:',
  undoItself: 'watch it undo itself',
  again: (source: string) => `edit ${source}, release again`,
  stopping: 'stopping what runs; Ctrl-C again ends at once',
  draining: (kind: string, product: string, id: string) =>
    `${kind} of ${product} (${id}) is not finished: resources and builds are left running, and the next npm start goes on with it`,
  frozen: (product: string, environment: string) => `${product} in ${environment} is frozen: it is left running`,
  notStopped: (product: string, environment: string) => `${product} in ${environment} could not be stopped; it is left as it is`,
  stopped: 'stopped. npm start goes on from here',
  unexpected: (what: string, log: string) => `SRM cannot go on: ${what}\nMore is in ${log}`,
};

/** `process 7 (since …)`, as it is written down beside the lock. */
const holder = (by: string): string =>
  by === 'another process' ? '另一个进程' : by.replace(/^process (\d+) \(since (.*)\)$/, '进程 $1（自 $2）');

const zh: typeof en = {
  usage: `npm start -- [选项]
  --data <文件夹>      一切都保存在其中；默认 ./.srm
  --port <端口>        SRM 的端口；默认 7070，或其后第一个空闲的；0：任一空闲的
  --host <地址>        默认 127.0.0.1：仅限本机
  --sources <文件夹>   产品的源代码也可以在其中；可多次给出
  --no-example         首次启动时不发布 examples/shop
  --restore <文件>     先由备份（srm backup）填充空的数据文件夹；接受差异之前 SRM 只读
  --exit               发布之后即结束，成功为 0，否则为 1
  --lang <语言>        en 或 zh；默认取自 LANG
  --help`,
  notPort: (port) => `--port 应为 0（任一空闲端口）到 65535 的数字，而不是 "${port}"`,
  notEmpty: (name) => `--${name} 不能为空`,
  notLang: (lang) => `--lang 应为 en 或 zh，而不是 "${lang}"`,
  header: (version, address, data) => `SRM ${version}   ${address}   数据 ${data}   （Ctrl-C 停止，什么都不会丢）`,
  otherPort: (busy) => `端口 ${busy} 已被占用，SRM 使用了下一个空闲端口；可用 --port 指定`,
  portBusy: (port) => `端口 ${port} 已被占用：请停止占用它的程序，或换一个：npm start -- --port ${port + 1}`,
  noPort: (from) => `端口 ${from} 到 ${from + 100} 都不空闲；请用 --port 指定`,
  held: (folder, by) =>
    `数据文件夹 ${folder} 正被${holder(by)}使用：同一时间只能有一个 SRM。\n请停止那一个（在其终端按 Ctrl-C），或换一个文件夹：npm start -- --data ./other`,
  unusable: (folder, why) => `数据文件夹 ${folder} 不可用：${why}；请另选一个：npm start -- --data ./other`,
  noHost: (host, why) => `SRM 无法在 ${host} 上监听：${why}；请省略 --host，或指定本机的地址`,
  noSources: (folder) => `--sources ${folder}：没有这个文件夹`,
  noBackup: (file) => `--restore ${file}：没有这个文件`,
  notRestored: (file) => `${file} 未能恢复，什么都没有改动：`,
  restored: '✖ 已由备份恢复，目前只读：npm run srm -- restore 显示与实际运行的差异，--accept 继续',
  goesOn: (kind, product) => `${product} 的 ${kind} 从中断处继续`,
  starts: (product, environment) => `${environment} 中的 ${product} 曾随 SRM 停止，现在重新启动`,
  nothing: (running) => `✔ ${running} 个资源运行中，无事可做`,
  next: '接着：',
  undoItself: '看它自行撤销',
  again: (source) => `修改 ${source} 后再次发布`,
  stopping: '正在停止运行中的资源；再按 Ctrl-C 立即结束',
  draining: (kind, product, id) => `${product} 的 ${kind}（${id}）尚未结束：资源和构建保持运行，下次 npm start 继续`,
  frozen: (product, environment) => `${environment} 已冻结：${product} 保持运行`,
  notStopped: (product, environment) => `${environment} 中的 ${product} 未能停止，保持原状`,
  stopped: '已停止。npm start 从这里继续',
  unexpected: (what, log) => `SRM 无法继续：${what}\n详见 ${log}`,
};

export const sentences: Readonly<Record<Lang, typeof en>> = { en, zh };
export type Sentences = typeof en;
