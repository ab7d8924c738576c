/** Single words that fill a hole of the same name in a sentence. */
const kind = {
  compile: '编译',
  package: '打包',
  deploy: '部署',
  release: '发布',
  start: '启动',
  stop: '停止',
  restart: '重启',
  destroy: '销毁',
  scale: '伸缩',
  rollback: '回退',
  undo: '撤销',
};

const phase = { ...kind, configure: '配置', publish: '发布输出', withdraw: '撤回输出' };

const done = {
  compiled: '编译',
  packaged: '打包',
  deployed: '部署',
  started: '启动',
  stopped: '停止',
  restarted: '重启',
  destroyed: '销毁',
  scaled: '伸缩',
  cancelled: '取消',
  held: '暂停',
  skipped: '跳过',
  abandoned: '放弃等待',
  'given up': '放弃',
  succeeded: '成功',
  failed: '失败',
  resume: '恢复',
  retry: '重试',
  skip: '跳过',
};

const status = {
  requested: '已请求',
  planning: '规划中',
  waiting: '等待中',
  running: '进行中',
  held: '已暂停',
  cancelling: '取消中',
  compensating: '撤销中',
};

/** Whose answer is waited for. */
const whom = {
  'the definitions': '定义',
  'what runs in the environment': '环境中运行的内容',
  'the release': '发布清单',
  'the sources, from ci-bridge': 'ci-bridge 提供的源码',
  'a version': '版本号',
  'the plan': '计划',
  'the orchestrator to take it up': '编排器接手',
  definitions: '定义',
  environment: '环境',
  release: '发布清单',
  material: '源码',
  version: '版本号',
  plan: '计划',
};

export const terms = { kind, phase, done, status, whom };
