import { scriptedServer } from './scripted-server.ts';
import type { Reply } from './scripted-server.ts';
import type { Screen } from '../screen.ts';
import type { World } from '../world.ts';

/** A screen that remembers. `live` is what a terminal would be. */
export function rememberingScreen(live = false) {
  const printed: string[] = [];
  const drawn: string[] = [];
  const screen: Screen = {
    live,
    width: 100,
    height: 50,
    draw: (text) => drawn.push(text),
    print: (text) => printed.push(text),
    keep: () => {},
  };
  return { screen, printed, drawn };
}

/** A world around the command line whose SRM is a scripted server, with a clock that stands still and pauses that take no time. */
export async function scripted(script: Readonly<Record<string, readonly Reply[]>>, given: Partial<World> = {}) {
  const server = await scriptedServer(script);
  const { screen, printed, drawn } = rememberingScreen();
  const errors: string[] = [];
  let ids = 0;
  const world: World = {
    version: '1.2.3',
    folder: '/nowhere',
    server: server.address,
    lang: null,
    actor: '安娜',
    out: screen,
    error: (text) => errors.push(text),
    now: () => Date.UTC(2026, 10, 24, 9, 0, 30),
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    newId: () => `key-${(ids += 1)}`,
    fetch,
    signal: new AbortController().signal,
    ...given,
  };
  return { server, world, printed, drawn, errors };
}
