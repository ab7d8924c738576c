import type { Called, Json } from './replay.ts';
import type { Serving } from './serving.ts';
import type { State } from './state.ts';

/** A cluster: what one bridge does about one component. Two of them share no document of the book and nothing at the target. */
export const clusterOfStep = (bridge: string, step: Json | undefined): string => `${bridge}/${String(step).split('/')[0]}`;

export const clusterOfCalled = ({ action, step }: Called): string => clusterOfStep(action === 'compile' ? 'ci' : 'sem', step);

/** Of a process of a bridge. */
export function clusterOf({ library }: Serving, { book }: State, id: number): string {
  const process = library.processes.of(id);
  if (process.sort === 'judge') return '';
  if (process.sort === 'command') return clusterOfStep(process.bridge, library.notes.of(process.note).data['step']);
  const document = book[`${process.bridge}.jobs/${process.job}`];
  return clusterOfStep(process.bridge, document === undefined ? '' : library.documents.of(document)['step']);
}

/** Of a job in the book. */
export function clusterOfJob({ library, scenario }: Serving, { book }: State, job: string): string {
  for (const bridge of scenario.bridges) {
    const document = book[`${bridge}.jobs/${job}`];
    if (document !== undefined) return clusterOfStep(bridge, library.documents.of(document)['step']);
  }
  return '';
}

/** Of the commands that wait under `<bridge>:<key>`, or may come again: by what they are about, whatever the key is. */
export function clusterOfKey({ library }: Serving, { commands, past }: State, key: string): string {
  const [bridge = ''] = key.split(':');
  const [note] = [...(commands[key] ?? []), ...(past[key] ?? [])];
  return note === undefined ? '' : clusterOfStep(bridge, library.notes.of(note).data['step']);
}

/** Those in which something is under way. */
export const clusters = (on: Serving, state: State): readonly string[] => [
  ...new Set(
    [...Object.values(state.bridges[0].handling), ...Object.values(state.bridges[0].carrying)].map((id) => clusterOf(on, state, id)),
  ),
];
