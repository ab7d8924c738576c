import { canonicalJson } from '@srm/definitions';
import type { Job } from '@srm/bridge';
import { faultOf, type Address } from './address.ts';
import { anything, decode, encode, list, text } from './codec.ts';
import { isOfSystem, sentenceOf } from './durable.ts';
import { openImage } from './image.ts';
import { situationOf, type Work } from './job-file.ts';
import { filled, outputsOf, valuesOf } from './values.ts';
import { versionId, type Version } from './version.ts';
import { commandLine, kindOf, unsupported, workloadOf } from './workload.ts';

export const addressOf = ({ tenant, environment, product, component }: Job): Address => ({ tenant, environment, product, component });

/** What was asked cannot be done; a sentence. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

const canonical = (json: string, at: string): string => canonicalJson(decode(anything, json, at));

function versionOf(job: Job): Version {
  const input = (name: string, usual: string | null = null): string => {
    const value = job.inputs.get(name) ?? usual;
    if (value === null) throw new Refused(`the step ${job.step} lacks its input ${name}`);
    return value;
  };
  const image = input('image');
  return {
    id: versionId(image, job.id),
    job: job.id,
    image,
    version: input('version', ''),
    kind: kindOf(input('kind', 'service'), 'kind'),
    workload: canonical(input('workload'), 'workload'),
    outputs: canonical(input('outputs', '{}'), 'outputs'),
    values: canonical(input('values', '{}'), 'values'),
    configuration: input('configuration', ''),
    spec: input('spec', ''),
    parameters: canonical(input('parameters', '{}'), 'parameters'),
  };
}

/** The undo command of a component, to be run once: with the image, variables, volumes and workdir of what it undoes. */
function commandOf(version: Version, words: string): Version {
  const workload = { ...workloadOf(version.workload), command: decode(list(text), words, 'undo'), args: null };
  const job = { ...workload, readinessProbe: null, livenessProbe: null, settle: null, readyWithin: null };
  return { ...version, kind: 'job', outputs: '{}', workload: canonical(encode(job), 'workload') };
}

/** Judges all that can be judged before anything is touched: the image is there, everything named is provided. Throws in words. */
async function check(version: Version, dpr: string, host: string): Promise<void> {
  const workload = workloadOf(version.workload);
  const fault = unsupported(workload);
  if (fault !== null) throw new Refused(fault);
  const ports = new Map([...(workload.ports ?? [])].map(([name, { port }]) => [name, port]));
  const values = valuesOf(version, workload, { host, stable: ports, own: ports, volumes: '/' });
  const ready = filled(workload, values);
  outputsOf(version, values);
  const [first] = commandLine(ready, (await openImage(dpr, version.image)).config);
  if (first === undefined) throw new Refused('neither the workload nor its image says a command: add workload.command');
  if (first.startsWith('/'))
    throw new Refused(
      `the command ${first} is an absolute path into the image: here commands run as processes, so name it relative to workdir`,
    );
}

/** Actions that need nothing but the component. */
const plain = ['start', 'stop', 'restart', 'destroy'] as const;

async function asked(job: Job, dpr: string, host: string): Promise<Work> {
  const work = {
    operation: job.operation,
    step: job.step,
    fence: job.fence,
    version: null,
    situation: null,
    force: job.inputs.get('force') === 'true',
  };
  if (job.action === 'deploy') {
    const version = versionOf(job);
    await check(version, dpr, host);
    return { ...work, does: 'deploy', version };
  }
  if (job.action === 'undo') {
    // Without a restore point nothing was ever started.
    const situation = job.restorePoint === null ? null : situationOf(job.restorePoint);
    if (situation === null) return { ...work, does: 'undo-nothing' };
    const words = job.inputs.get('undo');
    const version = words === undefined ? null : commandOf(versionOf(job), words);
    if (version !== null) await check(version, dpr, host);
    return { ...work, does: 'restore', situation, version };
  }
  const does = plain.find((action) => action === job.action);
  if (does !== undefined) return { ...work, does };
  if (job.action === 'scale') throw new Refused('not supported yet by target process: one replica');
  throw new Refused(`components that run as processes cannot be asked to ${job.action}`);
}

/** What a job asks for. Throws Refused, in words that begin with the component. */
export async function workOf(job: Job, dpr: string, host: string): Promise<Work> {
  const fault = faultOf(addressOf(job));
  if (fault !== null) throw new Refused(fault);
  try {
    return await asked(job, dpr, host);
  } catch (error) {
    if (isOfSystem(error)) throw error;
    throw new Refused(`${job.component}: ${sentenceOf(error)}`);
  }
}
