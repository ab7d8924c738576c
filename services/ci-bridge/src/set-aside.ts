import type { Documents } from '@srm/documents';
import type { Sweep, SweptItem, Why } from '@srm/service';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { moved, type Places } from './aside.ts';
import { orNull, removeTree } from './durable.ts';

/** `number`: of the sweep that set it aside. The planner reads them, too: no plan chooses an image that has one. */
type Note = Readonly<{ _id: string; number: number }>;
type Newest = Readonly<{ _id: string; number: number }>;

type Thing = Places & Readonly<{ name: string }>;
export type Fate = SweptItem['fate'];
export type Judged = Readonly<{ fate: Fate; why: Why }>;
export type Notes = ReturnType<typeof setAside>;

/** What is set aside, in the collection `ci.setAside`, and the newest sweep that went through here. */
export function setAside(documents: Documents) {
  const notes = documents.collection<Note>('ci.setAside');
  const newest = documents.collection<Newest>('ci.sweeps');

  /** What becomes of a thing. `why`: who needs it; null: nobody that the mark knows. Died within, it is judged the same again. */
  async function judge({ name, at, aside }: Thing, why: Why | null, sweep: Sweep, usedSince: number): Promise<Judged | null> {
    const [here, there] = [await orNull(stat(at)), await orNull(stat(aside))];
    const last = Math.max(here?.mtimeMs ?? 0, there?.mtimeMs ?? 0);
    if (here === null && there === null) return null;
    const used: Why | null = last >= usedSince ? { sort: 'used', of: new Date(last).toISOString() } : null;
    const needed = why ?? used;
    if (needed !== null) {
      if (!sweep.dryRun) await back({ name, at, aside }, here !== null);
      return { fate: here === null ? 'broughtBack' : 'stays', why: needed };
    }
    const old: Why = { sort: 'old', of: new Date(last).toISOString() };
    const note = await notes.findOne({ _id: name });
    const goes = here === null && note !== null && note.number < sweep.number;
    if (!sweep.dryRun) await (goes ? remove({ name, at, aside }) : putAside({ name, at, aside }, here !== null, sweep.number));
    return { fate: goes ? 'deleted' : 'setAside', why: old };
  }

  async function back({ name, at, aside }: Thing, isThere: boolean): Promise<void> {
    if (isThere || !(await moved(aside, at))) await removeTree(aside);
    await notes.deleteOne({ _id: name });
  }

  /** The note first: who plans after it chooses this no more; who planned before is known to the mark of the next sweep. */
  async function putAside({ name, at, aside }: Thing, isThere: boolean, number: number): Promise<void> {
    await notes.updateOne({ _id: name }, { $setOnInsert: { number } }, { upsert: true });
    if (!isThere) return;
    await removeTree(aside);
    await moved(at, aside);
  }

  /** First it is nobody's any more: who takes it back meanwhile has it, or it is gone, nothing between. */
  async function remove({ name, aside }: Thing): Promise<void> {
    const gone = path.join(path.dirname(aside), `.gone-${path.basename(aside)}`);
    await removeTree(gone);
    await orNull(rename(aside, gone));
    await rm(gone, { recursive: true, force: true });
    await notes.deleteOne({ _id: name });
  }

  return {
    judge,
    /** False: a newer sweep went through here, and this one has come late or again: its mark is not to be believed any more. */
    isNewest: async ({ number, dryRun }: Sweep): Promise<boolean> => {
      const known = (await newest.findOne({ _id: 'newest' }))?.number ?? 0;
      if (number < known) return false;
      if (!dryRun) await newest.updateOne({ _id: 'newest' }, { $max: { number } }, { upsert: true });
      return true;
    },
    /** Who died between deleting a thing and its note left the note. */
    tidy: async (seen: readonly string[], { number, dryRun }: Sweep): Promise<void> => {
      if (!dryRun) await notes.deleteMany({ _id: { $nin: seen }, number: { $lt: number } });
    },
    /** What is built again is set aside no more. */
    forget: async (name: string): Promise<void> => void (await notes.deleteOne({ _id: name })),
  };
}
