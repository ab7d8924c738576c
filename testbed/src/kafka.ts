import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cached } from './cache.ts';
import { answers, freePort, part, run, type Part } from './part.ts';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>srm</groupId><artifactId>testbed-kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.3.1</version></dependency>
<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>2.26.1</version></dependency>
<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.26.1</version></dependency>
</dependencies></project>
`;
const log4j = `<Configuration status="WARN"><Appenders><Console name="out"><PatternLayout pattern="%d %p %c{1}: %m%n"/></Console></Appenders>
<Loggers><Root level="WARN"><AppenderRef ref="out"/></Root></Loggers></Configuration>
`;

/** Apache Kafka 4.3.1, fetched once by Maven: its jars. */
const jars = (): Promise<string> =>
  cached({
    name: 'kafka',
    key: pom,
    what: 'Apache Kafka 4.3.1 by Maven (100 MB)',
    make: async (folder) => {
      await writeFile(path.join(folder, 'pom.xml'), pom);
      await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib'], folder);
      if ((await readdir(path.join(folder, 'lib'))).length < 20) throw new Error('Maven fetched only a part of Kafka');
    },
  });

export type Kafka = Readonly<{ brokers: readonly string[]; nodes: readonly Part[]; stop: () => Promise<void> }>;
type Ports = Readonly<{ client: number; controller: number }>;

/** Real brokers in KRaft mode on free ports of the loopback, their data below `folder`; one, or three of which two hold each acknowledged record. */
export async function kafka(folder: string, count: 1 | 3 = 1, outlives = false): Promise<Kafka> {
  const home = await jars();
  const ports: Ports[] = [];
  for (let n = 0; n < count; n++) ports.push({ client: await freePort(), controller: await freePort() });
  const nodes = await Promise.all(
    ports.map((own, n) => node({ home, folder: path.join(folder, `kafka-${n + 1}`), id: n + 1, own, all: ports, outlives })),
  );
  return {
    brokers: ports.map(({ client }) => `127.0.0.1:${client}`),
    nodes,
    stop: async () => void (await Promise.all(nodes.map((one) => one.kill()))),
  };
}

const cluster = 'c3JtLXRlc3RiZWQta2Fma2E';

type Node = Readonly<{ home: string; folder: string; id: number; own: Ports; all: readonly Ports[]; outlives: boolean }>;

async function node({ home, folder, id, own, all, outlives }: Node): Promise<Part> {
  await mkdir(folder, { recursive: true });
  const file = (name: string): string => path.join(folder, name);
  await writeFile(file('log4j2.xml'), log4j);
  await writeFile(file('server.properties'), settings(folder, id, own, all));
  const java = [
    '-Xmx256m',
    '-Xms128m',
    '-XX:+UseSerialGC',
    '-Djava.awt.headless=true',
    `-Dlog4j2.configurationFile=${file('log4j2.xml')}`,
    '-cp',
    `${home}/lib/*`,
  ];
  const alone = all.length === 1 ? ['--standalone'] : [];
  await run(
    'java',
    [...java, 'kafka.tools.StorageTool', 'format', '-t', cluster, '-c', 'server.properties', '--ignore-formatted', ...alone],
    folder,
  );
  return part({
    name: `Kafka ${id}`,
    command: 'java',
    args: [...java, 'kafka.Kafka', 'server.properties'],
    folder,
    log: file('kafka.log'),
    ready: () => answers(own.client),
    outlives,
  });
}

/** Timeouts of a test: a killed node is missed after two seconds. */
function settings(folder: string, id: number, own: Ports, all: readonly Ports[]): string {
  const copies = all.length === 1 ? 1 : 3;
  const voters =
    all.length === 1
      ? { 'controller.quorum.bootstrap.servers': `127.0.0.1:${own.controller}` }
      : { 'controller.quorum.voters': all.map(({ controller }, n) => `${n + 1}@127.0.0.1:${controller}`).join(',') };
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': id,
    listeners: `PLAINTEXT://127.0.0.1:${own.client},CONTROLLER://127.0.0.1:${own.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${own.client}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    ...voters,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': 1,
    'offsets.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'auto.create.topics.enable': false,
    'log.index.size.max.bytes': 65_536,
    'log.cleaner.dedupe.buffer.size': 2_097_152,
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 300,
    'controller.quorum.election.timeout.ms': 300,
    'controller.quorum.fetch.timeout.ms': 500,
    'controller.quorum.election.backoff.max.ms': 200,
    'log.dirs': path.join(folder, 'data'),
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
