/** What the server says is wrong, in words. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? body?.title ?? `HTTP ${status}`);
    this.status = status;
    this.errors = body?.errors ?? [];
  }
}

async function answered(answer) {
  const text = await answer.text();
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    // not JSON: the status says enough
  }
  if (!answer.ok) throw new Problem(answer.status, body);
  return body;
}

export const getJson = async (path, signal) => answered(await fetch(path, { signal, headers: { accept: 'application/json' } }));

/** All items of a list, page by page. */
export async function getAll(path, limit, signal) {
  const all = [];
  for (let cursor = ''; ;) {
    const { items, next } = await getJson(`${path}?limit=${limit}${cursor}`, signal);
    all.push(...items);
    if (next === null) return all;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
}

/** The steps of these ids; so many fit into an address. */
export async function getNamed(path, ids, signal) {
  const found = [];
  for (let from = 0; from < ids.length; from += 50) {
    const query = new URLSearchParams({ limit: '50', named: ids.slice(from, from + 50).join(',') });
    found.push(...(await getJson(`${path}?${query}`, signal)).items);
  }
  return found;
}

export const postJson = async (path, body) =>
  answered(
    await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify(body),
    }),
  );

/** A log from an offset on: `{ text, next, attempt }`. */
export async function getLog(operation, step, offset, attempt, signal) {
  const wanted = attempt === null ? '' : `&attempt=${attempt}`;
  const answer = await fetch(`${at(operation)}/steps/${encodeURIComponent(step)}/log?offset=${offset}${wanted}`, { signal });
  if (!answer.ok) throw new Problem(answer.status, null);
  const number = (name) => Number(answer.headers.get(name));
  return { text: await answer.text(), next: number('srm-log-next'), attempt: number('srm-log-attempt') };
}

export const at = (operation) => `/v1/operations/${encodeURIComponent(operation)}`;

/** Follows the events of an operation after a number until its end; a cut connection is made again from the last one that came. */
export async function follow(operation, after, { onEvent, onState, signal }) {
  let last = after;
  for (let wait = 500; !signal.aborted; wait = Math.min(wait * 2, 10_000)) {
    try {
      const answer = await fetch(`${at(operation)}/stream`, {
        signal,
        headers: { accept: 'text/event-stream', 'last-event-id': String(last) },
      });
      if (answer.status === 204) return onState('ended');
      if (!answer.ok || answer.body === null) throw new Problem(answer.status, null);
      onState('live');
      for await (const event of eventsOf(answer.body)) {
        wait = 500;
        if (event.name === 'end') return onState('ended');
        last = event.number;
        onEvent(event);
      }
    } catch {
      if (signal.aborted) return undefined;
    }
    onState('cut');
    await pause(wait, signal);
  }
}

async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
      if (fields.has('id')) yield { number: Number(fields.get('id')), name: fields.get('event'), text: fields.get('data') };
    }
  }
}

export const pause = (milliseconds, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
