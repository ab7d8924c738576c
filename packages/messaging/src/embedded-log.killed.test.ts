import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedLog } from './embedded-log.ts';
import { contentOf, hurriedClock, inFolder, listLog, listening } from './test-world.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What it said was acknowledged before it was killed. */
async function killedAfter(file: string, name: string, lines: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['-C', 'source', '--import', here('typescript.loader.mjs'), here('killed-writer.ts'), file, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {},
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > lines) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return said.split('\n').slice(0, -1);
}

test('a process that is killed loses nothing that it was told is written, and leaves a log that goes on', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'log.db');
    const acknowledged: string[] = [];
    for (const [round, lines] of [1, 40, 300].entries()) acknowledged.push(...(await killedAfter(file, `round-${round}`, lines)));
    const bus = embeddedLog({ file, clock: hurriedClock(), log: listLog() });
    const heard = await listening(bus, 'srm.inputs.v1', 'g');
    await bus.publish([{ topic: 'srm.inputs.v1', key: 'after', headers: [], value: Buffer.from('after') }]);
    const found = (await heard.reaches(acknowledged.length + 1)).map(contentOf);
    await bus.close();
    expect(acknowledged.filter((one) => !found.includes(one))).toStrictEqual([]);
    for (const writer of ['round-0/0/', 'round-1/3/', 'round-2/7/']) {
      const numbers = heard.items
        .map(contentOf)
        .filter((one) => one.startsWith(writer))
        .map((one) => Number(one.slice(writer.length)));
      expect(numbers).toStrictEqual(numbers.map((_, n) => n));
    }
    expect(heard.items.map(contentOf)).toContain('after');
  }));
