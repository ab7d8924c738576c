const day = 24 * 60 * 60 * 1000;

type Settings = Readonly<{ name: string; content: string; key: string; partitions: number; retention: number | 'forever' }>;

/** Every topic: content, key, partitions, retention in milliseconds. Partition = hash of the key modulo `partitions` (protocol 26). */
export const topics = {
  inputs: { name: 'srm.inputs.v1', content: 'requests, answers, reports', key: "decider's key", partitions: 12, retention: 14 * day },
  events: { name: 'srm.events.v1', content: 'events of all deciders', key: "decider's key", partitions: 12, retention: 'forever' },
  ci: { name: 'srm.commands.ci.v1', content: 'commands to ci-bridge', key: 'operation/<id>/<step>', partitions: 12, retention: 7 * day },
  sem: { name: 'srm.commands.sem.v1', content: 'commands to sem-bridge', key: 'operation/<id>/<step>', partitions: 12, retention: 7 * day },
  scm: { name: 'srm.commands.scm.v1', content: 'commands to scm-bridge', key: 'operation/<id>/<step>', partitions: 12, retention: 7 * day },
  plan: { name: 'srm.commands.plan.v1', content: 'commands to the planner', key: 'operation/<id>', partitions: 12, retention: 7 * day },
  timer: {
    name: 'srm.commands.timer.v1',
    content: 'commands to the timer keeper',
    key: 'operation/<id>',
    partitions: 12,
    retention: 7 * day,
  },
  logs: { name: 'srm.logs.v1', content: 'log text', key: 'operation/<id>/<step>', partitions: 12, retention: 3 * day },
} as const satisfies Record<string, Settings>;

export type Topic = keyof typeof topics;

/** Where the original bytes of a record go that cannot be handled, with the reason as a header. One partition, 30 days. */
export const deadLetterOf = (topicName: string): string => `${topicName}.dlq`;

/** The service whose instances divide the topic among them. */
export const readerOf: Readonly<Record<Topic, string>> = {
  inputs: 'orchestrator',
  events: 'query-api',
  ci: 'ci-bridge',
  sem: 'sem-bridge',
  scm: 'scm-bridge',
  plan: 'orchestrator',
  timer: 'orchestrator',
  logs: 'query-api',
};
