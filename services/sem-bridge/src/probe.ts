import { execFile } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { isCode, sentenceOf } from './durable.ts';
import { portNamed, type Probe, type Workload } from './workload.ts';

export type Answer = Readonly<{ ok: boolean; probe: string; answer: string }>;
/** Whom to ask: the process behind its private ports. */
export type Asked = Readonly<{
  host: string;
  ports: ReadonlyMap<string, number>;
  cwd: string;
  env: ReadonlyMap<string, string>;
  program: (command: string) => Promise<string>;
}>;

const quoted = (body: string): string => {
  const line = body.split('\n').find((part) => part.trim() !== '') ?? '';
  return line === '' ? '' : ` "${line.trim().slice(0, 80)}"`;
};

const trouble = (error: Error & { code?: string }, name: string): string => {
  if (error.code === 'ECONNREFUSED') return `connection refused: nothing listens at \${ports.${name}}`;
  return error.code === 'ECONNRESET' ? 'connection closed without an answer' : error.message;
};

function get(
  probe: string,
  path: string,
  name: string,
  asked: Asked,
  headers: Readonly<Record<string, string>>,
  timeout: number,
): Promise<Answer> {
  return new Promise((resolve) => {
    const done = (ok: boolean, answer: string): void => {
      clearTimeout(timer);
      request.destroy();
      resolve({ ok, probe, answer });
    };
    const request = http.get({ host: asked.host, port: asked.ports.get(name), path, headers, agent: false }, (response) => {
      const status = response.statusCode ?? 0;
      const chunks: Buffer[] = [];
      let size = 0;
      const end = (): void => done(status >= 200 && status < 400, `${status}${quoted(Buffer.concat(chunks).toString('utf8'))}`);
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if ((size += chunk.length) > 2048) end();
      });
      response.on('end', end);
      response.on('error', end);
    });
    const timer = setTimeout(() => done(false, `no answer in ${timeout / 1000} s`), timeout);
    request.on('error', (error) => done(false, trouble(error, name)));
  });
}

const unstarted = (error: Error, program: string): string => (isCode(error, 'ENOENT') ? `${program} was not found in PATH` : error.message);

function execute(probe: string, program: string, args: readonly string[], asked: Asked, timeout: number): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { cwd: asked.cwd, env: Object.fromEntries(asked.env), timeout, killSignal: 'SIGKILL' as const, maxBuffer: 64 * 1024 };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ ok: true, probe, answer: 'exit code 0' });
      const said = quoted(stderr === '' ? stdout : stderr);
      if (error.killed === true) return resolve({ ok: false, probe, answer: `no end in ${timeout / 1000} s${said}` });
      resolve({ ok: false, probe, answer: typeof error.code === 'number' ? `exit code ${error.code}${said}` : unstarted(error, program) });
    });
  });
}

function connect(name: string, port: number, host: string, timeout: number): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const done = (ok: boolean, answer: string): void => {
      socket.destroy();
      resolve({ ok, probe: `port ${name}`, answer });
    };
    socket.setTimeout(timeout, () => done(false, `no connection in ${timeout / 1000} s`));
    socket.once('connect', () => done(true, 'connected'));
    socket.once('error', (error) => done(false, trouble(error, name)));
  });
}

/** One look. Without a probe: every port accepts a connection; without ports: it lives. */
export async function ask(probe: Probe | null, workload: Workload, asked: Asked): Promise<Answer> {
  const timeout = (probe?.timeoutSeconds ?? 1) * 1000;
  if (probe?.httpGet != null) {
    const { path, port, httpHeaders } = probe.httpGet;
    const name = portNamed(workload, port);
    const headers = Object.fromEntries((httpHeaders ?? []).map(({ name, value }) => [name, value]));
    if (name !== null && asked.ports.has(name)) return get(`GET ${path}`, path, name, asked, headers, timeout);
  }
  const [command, ...args] = probe?.exec?.command ?? [];
  if (command !== undefined) {
    const said = [command, ...args].join(' ').slice(0, 100);
    const program = await asked.program(command).catch((error: unknown) => ({ fault: sentenceOf(error) }));
    if (typeof program === 'object') return { ok: false, probe: said, answer: program.fault };
    return execute(said, program, args, asked, timeout);
  }
  for (const [name, port] of asked.ports) {
    const answer = await connect(name, port, asked.host, timeout);
    if (!answer.ok) return answer;
  }
  return { ok: true, probe: 'process', answer: 'alive' };
}
