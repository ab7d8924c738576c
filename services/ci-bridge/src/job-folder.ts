import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { placeFolder, removeTree, textOf, writeDurably } from './durable.ts';
import { endingOf, parseEnding, type Ending } from './ending.ts';
import { isRecord, isText, parseJson } from './json.ts';

/** Who has the job, for ever: one runner, that held `lock` when it took it; or nobody, since it was ended before it began. */
export type Claim = Readonly<{ lock: string }> | Readonly<{ ending: Ending }>;

export const jobFolderOf = (folder: string, job: string): string => path.join(folder, 'jobs', job);
export const requestFile = (jobFolder: string): string => path.join(jobFolder, 'job.json');
export const logFile = (jobFolder: string): string => path.join(jobFolder, 'log');
/** What the runner itself says when it breaks. */
export const troubleFile = (jobFolder: string): string => path.join(jobFolder, 'trouble');
const endingFile = (jobFolder: string): string => path.join(jobFolder, 'outcome.json');

/** Takes the job. Only one ever can, and it is taken before anything is done: a runner takes it while it holds its lock already,
 *  so a claim whose lock is free means that this runner is dead. False: somebody else has it. */
export async function claim(jobFolder: string, what: Claim): Promise<boolean> {
  await mkdir(jobFolder, { recursive: true });
  const filled = await mkdtemp(path.join(jobFolder, 'claim.'));
  await writeDurably(path.join(filled, 'claim.json'), JSON.stringify(what));
  const taken = await placeFolder(filled, ['claim.json'], path.join(jobFolder, 'claim'));
  if (!taken) await removeTree(filled);
  return taken;
}

export async function claimOf(jobFolder: string): Promise<Claim | null> {
  const value = parseJson((await textOf(path.join(jobFolder, 'claim', 'claim.json'))) ?? 'null');
  if (!isRecord(value)) return null;
  const ending = endingOf(value['ending']);
  return ending !== null ? { ending } : isText(value['lock']) ? { lock: value['lock'] } : null;
}

/** Written by the job's runner alone; after its death by whoever found it dead. */
export const writeEnding = (jobFolder: string, ending: Ending): Promise<void> =>
  writeDurably(endingFile(jobFolder), JSON.stringify(ending));
export const readEnding = async (jobFolder: string): Promise<Ending | null> => parseEnding(await textOf(endingFile(jobFolder)));
