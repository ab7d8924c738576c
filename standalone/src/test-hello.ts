import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { hasEnded, httpClient, type Client, type Operation, type OperationRequest } from '@srm/cli';
import { stopEverything } from '@srm/sem-bridge';
import { livesOf, type Lives } from './kill-lives.ts';

const yaml = `apiVersion: srm/v1
kind: Product
metadata: { name: hello }
spec:
  components:
    - name: web
      source: { path: web }
      build: { run: [[mkdir, dist], [cp, main.mjs, dist]], output: dist }
      package: { files: { dist: /app }, workdir: /app }
      workload:
        command: [node, main.mjs]
        variables: { PORT: '\${ports.http}' }
        ports: { http: { port: 8080 } }
        readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }
      outputs: { url: 'http://\${service.host}:\${service.ports.http}' }
---
apiVersion: srm/v1
kind: Environment
metadata: { name: development }
spec: { stage: development, target: { driver: process } }
`;

const clock = { now: Date.now, sleep: (milliseconds: number) => pause(milliseconds) };

/** A product of one component, on an SRM that is a process of its own and can be killed. */
export type Hello = Readonly<{
  folder: string;
  data: string;
  lives: Lives;
  /** Of the life that answers now, or the next one. */
  client: () => Promise<Client>;
  /** The component says this from its next build on. */
  says: (text: string) => void;
  /** Asks for an operation and waits for its end. */
  run: (request: Partial<OperationRequest>) => Promise<Operation>;
  close: () => Promise<void>;
}>;

export function openHello(name: string): Hello {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `srm-${name}-`)));
  const data = join(folder, 'data');
  const lives = livesOf(fileURLToPath(new URL('../..', import.meta.url)), data, folder);
  const client = async (): Promise<Client> =>
    httpClient({ server: (await lives.present()).address, actor: 'ann', newId: randomUUID, fetch, sleep: clock.sleep });
  mkdirSync(join(folder, 'web'));
  lives.start();
  return {
    folder,
    data,
    lives,
    client,
    says: (text) =>
      writeFileSync(
        join(folder, 'web', 'main.mjs'),
        `import { createServer } from 'node:http';\ncreateServer((_, answer) => answer.end('${text}')).listen(Number(process.env.PORT), '127.0.0.1');\n`,
      ),
    run: async (request) => {
      const asked = await client();
      await asked.define(yaml, folder);
      const { id } = await asked.request({ kind: 'release', product: 'hello', environment: 'development', preview: false, ...request });
      for (let now = await asked.operation(id); ; now = await asked.operation(id)) {
        if (hasEnded(now)) return now;
        await clock.sleep(100);
      }
    },
    close: async () => {
      await lives.end();
      await stopEverything(join(data, 'sem'), clock);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything below counts as used last so many days ago. */
export function age(folder: string, days: number): void {
  const then = Date.now() / 1000 - days * 24 * 60 * 60;
  for (const name of readdirSync(folder)) {
    const at = join(folder, name);
    if (statSync(at).isDirectory()) age(at, days);
    utimesSync(at, then, then);
  }
}
