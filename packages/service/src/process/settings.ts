import { brokers, mongoAddress, oneOf, port, text, webAddress, whole, type ConfigOf } from '../settings.ts';

/** What every service needs of its environment. */
export const shared = {
  brokers: brokers('KAFKA_BROKERS', 'the brokers of Kafka as host:port, with commas between'),
  namespace: text('SRM_NAMESPACE', 'what is put before the names of topics, groups and schemas: several SRMs on one cluster', ''),
  replication: whole('KAFKA_REPLICATION', 'how many copies of each partition there are', 3),
  session: whole('KAFKA_SESSION_MS', 'milliseconds after which the partitions of a silent instance go to others', 10_000),
  registry: webAddress('SCHEMA_REGISTRY_URL', 'the address of the schema registry'),
  mongodb: mongoAddress('MONGODB_URI', 'the address of MongoDB, mongodb://…'),
  database: text('MONGODB_DATABASE', 'the name of the database', 'srm'),
  level: oneOf('info', 'warn', 'error')('LOG_LEVEL', 'info, warn or error', 'info'),
  instance: text('SRM_INSTANCE', 'the name of this instance among those of its service, in logs and at the broker', ''),
  healthHost: text('HEALTH_HOST', 'the address that /livez, /readyz and /metrics listen at', '127.0.0.1'),
  healthPort: port('HEALTH_PORT', 'the port of /livez, /readyz and /metrics', 7071),
} as const;

export type SharedConfig = ConfigOf<typeof shared>;
