import type { WaitingFor } from './api.ts';
import { moment, moments } from './text.ts';
import type { Lang } from './words.ts';

const planningZh: Readonly<Record<string, string>> = {
  definitions: '定义',
  environment: '环境中运行的内容',
  release: '发布清单',
  material: 'ci-bridge 提供的源码',
  version: '版本号',
  plan: '计划',
};

/** Why something waits, in one sentence. In English as the server says it, with shorter times. */
export function whyOf(wait: WaitingFor, lang: Lang): string {
  const { what, operations, text } = wait;
  const since = wait.since === null ? '' : moment(wait.since);
  if (lang === 'en') return moments(text);
  switch (wait.for) {
    case 'step':
      return `等待 ${what}`;
    case 'barrier':
      return `等待全部构建完成，还剩 ${what}`;
    case 'lease':
      return operations.length === 0 ? '正在申请环境中的组件' : `等待 ${operations.join('、')} 释放所需的组件，自 ${since}`;
    case 'freeze':
      return `环境已冻结：${text}`;
    case 'time':
      return `将于 ${moment(what.replace('starts at ', ''))} 开始`;
    case 'bridge':
      return `已于 ${since} 交给 ${what}-bridge，尚未开始`;
    case 'silence':
      return `${what}-bridge 自 ${since} 起没有回应，已交给它的步骤尚未开始`;
    case 'retry':
      return `将于 ${moment(what)} 重试`;
    case 'cancel':
      return `${what} 已被要求取消，自 ${since}，尚未确认`;
    case 'hold':
      return what === '' ? `暂停，自 ${since}，等待决定` : `由 ${what} 暂停，自 ${since}`;
    case 'planning':
      return `规划等待${planningZh[what] ?? '编排器接手'}，自 ${since}`;
    case 'frozen':
      return `此视图已停止更新：${what}`;
    default:
      return text;
  }
}
