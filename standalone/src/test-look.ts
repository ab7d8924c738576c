import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Refused, type Operation, type OperationRequest } from '@srm/cli';
import { embeddedDocuments } from '@srm/documents';
import { currentItems } from '@srm/scm-bridge';
import { lives, processesOf, usual, type House, type Told } from './test-house.ts';

/** What system tests look at in the world: processes, files, documents. Of product diamond. */
export type Effect = Readonly<{ component: string; did: string; pid: number }>;

const textOf = (at: string): Promise<string> => readFile(at, 'utf8').catch(() => '');
export const linesOf = async (at: string): Promise<readonly string[]> => (await textOf(at)).split('\n').filter((line) => line !== '');
export const below = async (at: string): Promise<readonly string[]> => (await readdir(at).catch(() => [])).sort();

/** What was started and stopped in an environment, as the bridge wrote it down. */
export async function effects({ data }: House, environment = 'development'): Promise<readonly Effect[]> {
  const all = await linesOf(join(data, 'sem', 'effects.log'));
  return all.flatMap((line) => {
    const [, component = '', did = '', pid = ''] =
      new RegExp(`^\\{"resource":"default/${environment}/\\w+/(\\w+)".*"did":"(\\w+)".*"pid":(\\d+)\\}$`).exec(line) ?? [];
    return component === '' ? [] : [{ component, did, pid: Number(pid) }];
  });
}

/** The living processes of an environment, by component. */
export async function running(house: House, environment?: string): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  for (const { component, pid } of await effects(house, environment)) if (await lives(pid)) found[component] = pid;
  return found;
}

/** `compile diamond/left`, `package diamond/left`, …: each build and each image, as often as it was made, sorted. */
export const builds = async ({ data }: House): Promise<readonly string[]> =>
  (await linesOf(join(data, 'ci', 'effects.log'))).map((line) => line.split(' ').slice(0, 2).join(' ')).sort();

const supervisors = async ({ data }: House, environment: string): Promise<readonly string[]> =>
  (await processesOf(join(data, 'sem'))).filter((line) => line.includes(` ${environment} `));

/** What is left once nothing is supervised any more: a supervisor without work ends by itself, a moment after its last job. */
export async function emptied(house: House, environment = 'development') {
  for (let look = 0; look < 200 && (await supervisors(house, environment)).length > 0; look += 1) await pause(20);
  return remains(house, environment);
}

/** All that is left of an environment. `volumes`: of the store, by name its content. */
export async function remains(house: House, environment = 'development') {
  const sem = join(house.data, 'sem');
  const volume = join(sem, 'volumes', 'default', environment, 'diamond', 'store', 'data');
  const documents = embeddedDocuments({ file: join(house.data, 'documents.db') });
  const configuration = await currentItems(documents, { tenant: 'default', environment, product: 'diamond' });
  await documents.close();
  const claims = await Promise.all((await below(join(sem, 'ports'))).map((port) => textOf(join(sem, 'ports', port))));
  return {
    processes: [...Object.keys(await running(house, environment)), ...(await supervisors(house, environment))],
    ports: claims.filter((owner) => owner.startsWith(`default/${environment}/`)),
    configuration: configuration.map(({ component, key, value }) => `${component}.${key} = ${value}`),
    folders: await below(join(sem, 'resources', 'default', environment)),
    volume: { starts: await textOf(join(volume, 'starts')), fruits: await textOf(join(volume, 'fruits')) },
  };
}

/** The front door's address, or that of another component. */
export async function addressOf(house: House, component = 'front', environment = 'development'): Promise<string> {
  const resources = await house.client().resources({ limit: 100, environment });
  return resources.find((resource) => resource.component === component)?.outputs[0]?.value ?? '';
}

/** What the front door answers. */
export async function answer(house: House, environment?: string): Promise<unknown> {
  const said: unknown = await (await fetch(await addressOf(house, 'front', environment), { headers: { connection: 'close' } })).json();
  return said;
}

/** The steps that an event was told of, in order. */
export const stepsWith = (told: readonly Told[], type: string, phase: string): readonly string[] =>
  told.flatMap((event) => (event.type === type && event.step?.endsWith(`/${phase}`) ? [event.step.slice(0, -phase.length - 1)] : []));

export const at = (told: readonly Told[], type: string, step: string): number =>
  told.find((event) => event.type === type && event.step === step)?.number ?? Infinity;

/** How a request is refused: the status, and each error with its pointer. */
export async function refused(house: House, request: Partial<OperationRequest>): Promise<unknown> {
  const error = await house
    .client()
    .request({ ...usual, ...request })
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof Refused)) throw new Error(`not refused: ${String(error)}`);
  return [error.problem.status, (error.problem.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`)];
}

/** An operation as it is once what was heard of it is shown. */
export async function seen(house: House, id: string, heard: readonly Told[]): Promise<Operation> {
  const at = heard.findLast(({ type }) => type !== 'end')?.number ?? 0;
  return (await (await fetch(`${house.address()}/v1/operations/${id}?after=${at}`)).json()) as Operation;
}
