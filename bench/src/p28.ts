import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Goal } from './goal.ts';
import { realClock } from './house.ts';
import { bootstrap, median, ratio } from './statistics.ts';

const rounds = 10;
const program = fileURLToPath(new URL('../../standalone/dist/main.js', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Milliseconds from the start of the program on an empty folder to its first answer that is well. */
async function started(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'srm-bench-'));
  const port = String(await freePort());
  const start = performance.now();
  const child = spawn(process.execPath, [program, '--no-example', '--data', folder, '--port', port], { cwd: folder, stdio: 'ignore' });
  const exited = once(child, 'exit');
  try {
    while (child.exitCode === null) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
      if (answer?.ok === true) break;
      await realClock.sleep(2);
    }
    const lasted = performance.now() - start;
    child.kill('SIGINT');
    const [code] = await exited;
    if (code !== 0) throw new Error(`the program ended with ${code}`);
    return lasted;
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bare(): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - start;
}

export const p28: Goal = {
  id: 'P28',
  title: 'the program of npm start on an empty folder, to its first answer, against node -e 0',
  measure: async () => {
    const [srm, node]: [number[], number[]] = [[], []];
    await started();
    await bare();
    for (let round = 0; round < rounds; round += 1) {
      srm.push(await started());
      node.push(await bare());
    }
    const samples = { srm, node };
    const own = { value: median(srm), interval: bootstrap((draw) => median(draw(srm))) };
    return [
      { id: 'P28 ms', estimate: own, target: { sign: '<=', value: 500 }, about: 'milliseconds to the first 2xx of /readyz', samples },
      { id: 'P28', estimate: ratio(srm, node), target: { sign: '<=', value: 8 }, about: 'of node -e 0', samples },
    ];
  },
};
