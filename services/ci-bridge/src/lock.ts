import { open } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { codeOf } from './durable.ts';

/** A lock that the system takes away from the dead: a listening socket. Whoever connects is told `say()`, and may say a line. */
export function holdLock(name: string, say: () => string, heard: (line: string) => void): Promise<Server> {
  const answer = (socket: Socket): void => {
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (text: string) => heard(text.trim()));
    socket.write(`${say()}\n`);
  };
  return new Promise((resolve, reject) => {
    const server = createServer(answer);
    server.on('error', reject);
    // A name alone, in the folder in which the process stands: the path of a socket may not be long.
    server.listen(name, () => resolve(server));
  });
}

/** held: what its holder says; '' when it has not said anything within the time. */
export type LockState = Readonly<{ held: false }> | Readonly<{ held: true; says: string }>;

const longest = 100;
/** Nobody listens, or no more: who stops listening resets those that he has not answered yet. */
const gone = ['ECONNREFUSED', 'ENOENT', 'ECONNRESET'];

/** The longest time that is waited for the holder's word, in milliseconds. */
export const patience = 1000;

function ask(socketPath: string, line: string | null, untilGone: number | null): Promise<LockState> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: socketPath });
    let [connected, says] = [false, ''];
    const end = (): void => (clearTimeout(timer), socket.destroy(), resolve({ held: true, says: says.trim() }));
    const timer = setTimeout(end, untilGone ?? patience);
    socket.on('connect', () => {
      connected = true;
      if (line !== null) socket.write(`${line}\n`);
    });
    socket.setEncoding('utf8').on('data', (text: string) => {
      says += text;
      if (untilGone === null && says.includes('\n')) end();
    });
    socket.on('error', (error) => {
      const code = codeOf(error);
      if (connected || code === 'EAGAIN') return end();
      clearTimeout(timer);
      if (code !== null && gone.includes(code)) resolve({ held: false });
      else reject(error);
    });
    socket.on('close', () => connected && end());
  });
}

/**
 * Asks whether the lock `name` in a folder is held, and tells its holder a line.
 * untilGone: milliseconds to wait for the holder to let go; null: only for its word.
 */
export async function askLock(
  folder: string,
  name: string,
  line: string | null = null,
  untilGone: number | null = null,
): Promise<LockState> {
  const plain = path.join(folder, name);
  if (Buffer.byteLength(plain) <= longest) return ask(plain, line, untilGone);
  const handle = await open(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return { held: false };
  return ask(`/proc/self/fd/${handle.fd}/${name}`, line, untilGone).finally(() => handle.close());
}
