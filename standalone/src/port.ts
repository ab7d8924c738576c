import { createServer } from 'node:net';

/** Whether nobody listens there. */
export const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** The port itself, else the next free one of the following hundred; null when there is none. */
export async function freePort(host: string, wanted: number): Promise<number | null> {
  for (let port = wanted; port <= Math.min(wanted + 100, 65_535); port += 1) if (await isFree(host, port)) return port;
  return null;
}

/** Why nobody can listen there at all, whatever the port; null: it is an address of this machine. */
export const unusableHost = (host: string): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.message));
    server.listen({ host, port: 0, exclusive: true }, () => server.close(() => resolve(null)));
  });
