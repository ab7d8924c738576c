import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { answers, freePort, part, type Part } from './part.ts';
import { python } from './python.ts';

/** A server that speaks MongoDB's protocol; it is not MongoDB. */
export const mongoName = 'SecantusDB 0.7.0b3, over the wire protocol of MongoDB';

export type Mongo = Readonly<{ uri: string; part: Part; stop: () => Promise<void> }>;

/**
 * SecantusDB, MongoDB's wire protocol over WiredTiger, on a free port of the loopback, its data below `folder`; with fsync at each commit, and with the
 * test command that lets a server refuse. It shows what a driver sees; it proves nothing of elections, of retries against a new primary, of speed.
 */
export async function mongo(folder: string, outlives = false): Promise<Mongo> {
  const { command, programs } = await python('SecantusDB==0.7.0b3');
  const port = await freePort();
  const own = path.join(folder, 'mongo');
  await mkdir(own, { recursive: true });
  const one = await part({
    name: 'the document server',
    command,
    args: [
      path.join(programs, 'secantusd-py'),
      ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', path.join(own, 'data')],
      ...['--sync-on-commit', '--enable-test-commands', '--log-level', 'WARNING'],
    ],
    folder: own,
    log: path.join(own, 'mongo.log'),
    ready: () => answers(port),
    outlives,
  });
  return { uri: `mongodb://127.0.0.1:${port}/?directConnection=true`, part: one, stop: one.kill };
}
