import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';

export type Sent = Readonly<{ method: string; url: string; headers: IncomingMessage['headers']; body: string }>;

/** `cut` destroys the connection after the text, as a dying server does. */
export type Reply = Readonly<{ status?: number; json?: unknown; text?: string; headers?: Record<string, string>; cut?: boolean }>;

/**
 * An HTTP server that answers from a script, and nothing but that: for `GET /path` a list of replies, one a request, the last one again and again.
 * It is no SRM; what it was sent is in `sent`.
 */
export async function scriptedServer(script: Readonly<Record<string, readonly Reply[]>>) {
  const sent: Sent[] = [];
  const turns = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    void read(incoming).then((body) => {
      const { method = '', url = '', headers } = incoming;
      sent.push({ method, url, headers, body });
      const line = `${method} ${url.split('?')[0]}`;
      const turn = turns.get(line) ?? 0;
      turns.set(line, turn + 1);
      const replies = script[line] ?? [
        { status: 404, json: { type: 'about:blank', title: 'Not found', status: 404, detail: `not in the script: ${line}` } },
      ];
      const { status = 200, json, text = JSON.stringify(json), headers: given, cut } = replies[Math.min(turn, replies.length - 1)] ?? {};
      outgoing.writeHead(status, given);
      if (cut === true) outgoing.write(text, () => outgoing.destroy());
      else outgoing.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { address: `http://127.0.0.1:${port}`, sent, close };
}

async function read(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
