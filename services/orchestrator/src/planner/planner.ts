import type { Material, Product, DeploymentSpec, Environment } from '@srm/definitions';
import type { Documents } from '@srm/documents';
import { idOf, isSetAside, isTransient, sentence, TransientError, type Clock, type Outgoing } from '@srm/messaging';
import {
  environmentKey,
  operationKey,
  releasesKey,
  type Envelope,
  type MakePlan,
  type Message,
  type PlanMade,
  type PlanRefused,
  type PlanSliced,
} from '@srm/schemas';
import type { EnvironmentState } from '../environment/state.ts';
import { contentOf } from '../operation/said.ts';
import type { Operation } from '../operation/state.ts';
import { usedOtherwise, type ReleasesState } from '../releases.ts';
import { beforeOf, nothingBefore } from './before.ts';
import { plan, type PlanInput } from './plan.ts';

type Frozen = Readonly<{ _id: string; json: string }>;
type Parts = Readonly<{
  documents: Documents;
  clock: Clock;
  /** The state of a decider after the decision that holds this event: what was true then stays so. */
  environment: (key: string, until: number) => Promise<EnvironmentState>;
  releases: (key: string, until?: number) => Promise<ReleasesState>;
  /** An operation as it is now: what is asked for has ended, and stays as it is. */
  operation: (key: string) => Promise<Operation>;
}>;

const slice = { steps: 200, weight: 256 * 1024 };

/** Loads what the command names, calls the pure plan, reports it in slices. The same command gives the same reports, but for what a sweep or another build has taken meanwhile. */
export function planner(parts: Parts): (command: Envelope<MakePlan>) => AsyncGenerator<readonly Outgoing[]> {
  return async function* (command) {
    const reports = await made(parts, command);
    for (const [n, report] of reports.entries()) yield [said(command, report, n, parts.clock.now())];
  };
}

async function made(parts: Parts, envelope: Envelope<MakePlan>): Promise<readonly (PlanSliced | PlanMade | PlanRefused)[]> {
  const { operation } = envelope.data;
  const result = fitting(await planned(parts, envelope));
  if ('errors' in result) return [{ type: 'PlanRefused', data: { operation, errors: sayable(result.errors) } }];
  const { steps, planDigest, pipeline, protected: guarded, lease, remarks, onFailure, consumers, upon } = result;
  const slices = sliced(steps).map((some, n): PlanSliced => ({
    type: 'PlanSliced',
    data: { operation, planDigest, slice: n, steps: some },
  }));
  const whole = {
    operation,
    planDigest,
    slices: slices.length,
    steps: steps.length,
    pipeline,
    protected: guarded,
    lease,
    remarks,
    onFailure,
    consumers,
    upon,
  };
  return [...slices, { type: 'PlanMade', data: whole }];
}

/** A planner that breaks refuses in words: an operation never waits for a plan that cannot come. */
async function planned(parts: Parts, command: Envelope<MakePlan>): Promise<ReturnType<typeof plan>> {
  try {
    const made = plan(await loaded(parts, command));
    if ('errors' in made) return made;
    const errors = [...(await setAside(parts, made.steps)), ...(await versionUsed(parts, command.data))];
    return errors.length === 0 ? made : { errors };
  } catch (error) {
    if (error instanceof NotThere) return refused(`the plan cannot be made: ${error.message}`);
    if (isTransient(error) || isSetAside(error)) throw error;
    return refused(`the plan could not be made, which is a defect of SRM: ${sentence(error)}`);
  }
}

type Errors = PlanRefused['data']['errors'];

/** Of a preview: the version that it names, as it stands now. What is not a preview asks for it (releases.ts), once it is planned. */
async function versionUsed(parts: Parts, { operation, tenant, product, components, version }: MakePlan['data']): Promise<Errors> {
  if (version === null) return [];
  const content = contentOf(await parts.operation(operationKey(operation)), { components });
  const detail = usedOtherwise(await parts.releases(releasesKey(tenant, product)), version, content);
  return detail === null ? [] : [{ pointer: '/version', document: null, line: null, column: null, detail }];
}

/** Images that a sweep has set aside: nobody chooses them any more, since the next sweep deletes them (decision 0024). */
async function setAside({ documents }: Parts, steps: PlanSliced['data']['steps']): Promise<Errors> {
  const chosen = steps.flatMap(({ id, inputs }) =>
    inputs.flatMap(({ name, value }) => (name === 'image' && value !== null ? [{ id, image: value }] : [])),
  );
  if (chosen.length === 0) return [];
  const asked = { _id: { $in: [...new Set(chosen.map(({ image }) => image))] } };
  const aside = new Set((await documents.collection('ci.setAside').find(asked).toArray()).map(({ _id }) => _id));
  return chosen
    .filter(({ image }) => aside.has(image))
    .map(({ id, image }) => ({
      pointer: '/release',
      document: null,
      line: null,
      column: null,
      detail: `${id} needs the image ${image}, which nobody needed any more and a sweep (srm gc) has set aside: release or package that version again`,
    }));
}

/** Bytes of a step or of all errors that still fit into a message: what does not would never be said. */
const mostBytes = 600 * 1024;

function fitting(result: ReturnType<typeof plan>): ReturnType<typeof plan> {
  const large = 'errors' in result ? undefined : result.steps.find((step) => Buffer.byteLength(JSON.stringify(step)) > mostBytes);
  if (large === undefined) return result;
  return refused(`the plan of ${large.id} is larger than ${mostBytes / 1024} KB; hand over files instead of variables`);
}

function sayable(errors: PlanRefused['data']['errors']): PlanRefused['data']['errors'] {
  let bytes = 0;
  const fit = errors.findIndex((error) => (bytes += Buffer.byteLength(JSON.stringify(error))) > mostBytes);
  return fit < 0 ? errors : [...errors.slice(0, fit), ...refusedWith(`and ${errors.length - fit} more errors; mend these first`)];
}

const refusedWith = (detail: string): PlanRefused['data']['errors'] => [{ pointer: '', document: null, line: null, column: null, detail }];

const refused = (detail: string): ReturnType<typeof plan> => ({
  errors: refusedWith(detail),
});

/** A document was waited for as long as the command allows: it holds up others no longer. */
class NotThere extends Error {}

async function loaded(parts: Parts, { data: command, time }: Envelope<MakePlan>): Promise<PlanInput> {
  const { documents, clock, environment, releases } = parts;
  const frozen = documents.collection<Frozen>('frozen');
  const json = async (digest: string): Promise<unknown> => {
    const found = await frozen.findOne({ _id: digest });
    if (found === null && clock.now() - Date.parse(time) > command.deadline)
      throw new NotThere(
        `the document ${digest} was not there within ${command.deadline / 1000} s; put the definitions again, then ask again`,
      );
    if (found === null) throw new TransientError(`what the plan is made of is not there yet: ${digest}`);
    return JSON.parse(found.json);
  };
  const { tenant, product, definitions, material, environmentNumber, releasesNumber, release } = command;
  const of = async (kind: string): Promise<readonly unknown[]> =>
    Promise.all(definitions.filter((document) => document.kind === kind).map((document) => json(document.digest)));
  const ran = environmentNumber === null ? null : await environment(environmentKey(tenant, command.environment ?? ''), environmentNumber);
  const released = releasesNumber === null ? null : await releases(releasesKey(tenant, product), releasesNumber);
  const manifest = released?.versions.get(release ?? '');
  return {
    request: command,
    product: (await of('Product'))[0] as Product,
    environment: ((await of('Environment'))[0] ?? null) as Environment | null,
    specs: (await of('DeploymentSpec')) as readonly DeploymentSpec[],
    material: (material === null ? null : await json(material)) as Material | null,
    running: [...(ran?.running.values() ?? [])],
    manifest: manifest === undefined || release === null ? null : { version: release, components: [...manifest.components.values()] },
    before: ran === null ? nothingBefore : await beforeOf(command, ran, (id) => parts.operation(operationKey(id))),
  };
}

function sliced(steps: PlanSliced['data']['steps']): readonly PlanSliced['data']['steps'][] {
  const slices: PlanSliced['data']['steps'][number][][] = [];
  let weight = Infinity;
  for (const step of steps) {
    const size = JSON.stringify(step).length;
    const last = slices.at(-1);
    if (last === undefined || weight + size > slice.weight || last.length === slice.steps) {
      slices.push([step]);
      weight = size;
    } else {
      last.push(step);
      weight += size;
    }
  }
  return slices;
}

const said = (command: Envelope<MakePlan>, message: Message, n: number, now: number): Outgoing => ({
  topic: 'inputs',
  message: {
    ...message,
    id: idOf('plan', command.data.operation, n),
    source: '/srm/orchestrator/planner',
    subject: operationKey(command.data.operation),
    time: new Date(now).toISOString(),
    sequence: null,
    correlationid: command.correlationid,
    causationid: command.id,
    traceparent: command.traceparent,
  },
});
