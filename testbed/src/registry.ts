import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { cached } from './cache.ts';
import { freePort, part, run, type Part } from './part.ts';

const version = '2.6.13.Final';
const artifact = `io.apicurio:apicurio-registry-app:${version}:tar.gz:all`;

/** Apicurio, fetched once by Maven and unpacked: its folder. */
const program = (): Promise<string> =>
  cached({
    name: 'registry',
    key: artifact,
    what: `Apicurio Registry ${version} by Maven (142 MB)`,
    make: async (folder) =>
      void (await run('mvn', ['-q', '-B', 'dependency:unpack', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], folder)),
  });

/** `url`: where it answers as Confluent's registry does. */
export type Registry = Readonly<{ url: string; part: Part; stop: () => Promise<void> }>;

/** A schema registry (Apicurio, by its interface that is compatible with Confluent's) on a free port of the loopback. Killed and started again, it knows what it knew. */
export async function registry(folder: string, outlives = false): Promise<Registry> {
  const home = await program();
  const port = await freePort();
  const own = path.join(folder, 'registry');
  await mkdir(own, { recursive: true });
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const one = await part({
    name: 'the schema registry',
    command: 'java',
    args: [
      '-Xmx256m',
      '-XX:+UseSerialGC',
      `-Djava.io.tmpdir=${own}`,
      '-Dquarkus.http.host=127.0.0.1',
      `-Dquarkus.http.port=${port}`,
      // As delivered it remembers in memory only; a registry that forgot would give its ids to other schemas.
      `-Dquarkus.datasource.jdbc.url=jdbc:h2:file:${path.join(own, 'schemas')};WRITE_DELAY=0`,
      // A busy machine opens its first connection late.
      '-Dquarkus.datasource.jdbc.acquisition-timeout=120S',
      '-jar',
      path.join(home, `apicurio-registry-app-${version}-runner.jar`),
    ],
    folder: own,
    log: path.join(own, 'registry.log'),
    ready: async () => (await fetch(`${url}/subjects`)).ok,
    outlives,
  });
  return { url, part: one, stop: one.kill };
}
