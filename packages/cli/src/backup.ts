import { existsSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Restored } from './api.ts';
import { Refused } from './http.ts';
import { moment, safeJson, table } from './text.ts';
import { words } from './words.ts';
import type { Lang } from './words.ts';
import type { Call } from './world.ts';
import { Mistake, exit } from './world.ts';

/** `srm backup <file>`: the file is there when all of it is, or not at all. */
export async function backup(call: Call, name: string): Promise<number> {
  const file = resolve(call.folder, name);
  if (existsSync(file)) throw new Mistake(call.say.fileThere(name));
  if (statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory() !== true) throw new Mistake(call.say.noFolder(name, dirname(name)));
  const part = `${file}.part`;
  const handle = await open(part, 'w', 0o600);
  let bytes = 0;
  try {
    for await (const chunk of await call.client.backup()) {
      await handle.write(chunk);
      bytes += chunk.length;
    }
    await handle.sync();
    await handle.close();
    await rename(part, file);
  } catch (error) {
    await handle.close();
    await rm(part, { force: true });
    throw error;
  }
  call.out.print(call.json ? safeJson({ file, bytes }) : `✔ ${call.say.backedUp(name, Math.ceil(bytes / 1024))}`);
  return exit.succeeded;
}

/** `srm restore`: what SRM believes beside what is there; with `accept`, what was shown is accepted. 1: something differs and is not accepted. */
export async function restored(call: Call, accept: boolean, reason: string | null): Promise<number> {
  const found = await call.client.restored().catch((error: unknown) => {
    if (error instanceof Refused && error.problem.type === '/problems/not-restored') return null;
    throw error;
  });
  if (found !== null && accept) await call.client.acceptRestored(found.digest, reason);
  if (call.json) call.out.print(safeJson(found));
  else call.out.print(found === null ? call.say.notRestored : shown(call, found, accept));
  return found === null || accept ? exit.succeeded : exit.failed;
}

function shown({ say, language }: Call, { items, backupAt, at }: Restored, accepted: boolean): string {
  const rows = items.map(({ verdict, id, believed, seen }) => [
    say.verdicts[verdict],
    id,
    stateIn(believed, language),
    stateIn(seen, language),
  ]);
  const head = say.restoredFrom(moment(backupAt), moment(at));
  return [head, table([say.restoredColumns, ...rows]), accepted ? `✔ ${say.restoreAccepted}` : `✖ ${say.restoreReadOnly}`].join('\n');
}

/** `running 2026.11.24-1 sha256:1234`: its first word is a state. */
function stateIn(text: string | null, lang: Lang): string {
  const states: Readonly<Record<string, string>> = words[lang].state;
  return text?.replace(/^\w+/, (state) => states[state] ?? state) ?? '–';
}
