import type { DeadLetters, Lag } from '@srm/messaging';
import type { Health } from '@srm/service';
import type { OperationView } from '../views/operation-view.ts';
import type { ResourceView } from '../views/other-views.ts';
import { patience } from '../views/silence.ts';
import { asideOf, type Disk, type Facts } from './facts.ts';
import type { Stuck } from './stuck.ts';

/** Something that is to be known, and how it is mended. `grave`: somebody has to do something; else it passes by itself.
 *  `what`: an id, a service, a topic or a folder; `command`: as it is typed, null where there is none. */
export type Finding = Readonly<{
  kind: Stuck['kind'] | 'unhealthy' | 'uncertain' | 'setAside' | 'ended' | 'deadLetters' | 'lag' | 'disk' | 'restored';
  grave: boolean;
  what: string;
  detail: string;
  since: string | null;
  text: string;
  command: string | null;
}>;

const leastFree = 1024 ** 3;
const mostBehind = 1000;
const day = 24 * 60 * 60 * 1000;

type Looked = Readonly<{
  operations: ReadonlyMap<string, OperationView>;
  stuck: readonly Stuck[];
  /** Those that are seen not to be healthy. */
  unhealthy: readonly ResourceView[];
  /** Those of which it is not certain what runs. */
  uncertain: readonly ResourceView[];
  facts: Facts | null;
  /** It was restored, and nobody has accepted it yet. */
  restored: Readonly<{ at: string; backupAt: string }> | null;
}>;

/** Graver ones first, older ones first. Pure. */
export function findingsOf({ operations, stuck, unhealthy, uncertain, facts, restored }: Looked, now: number): readonly Finding[] {
  const all = [
    ...(restored === null ? [] : [ofRestore(restored)]),
    ...stuck.map((one) => ofOperation(one, operations.get(one.operation))),
    ...uncertain.flatMap(ofUncertain),
    ...unhealthy.flatMap((resource) => ofResource(resource, now)),
    ...(facts === null ? [] : ofFacts(facts, now)),
  ];
  const order = ({ grave, since }: Finding): string => `${grave ? 0 : 1} ${since ?? '9'}`;
  return all.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function ofRestore({ at, backupAt }: NonNullable<Looked['restored']>): Finding {
  const text = `SRM was restored from a backup of ${backupAt} and is read-only: look at what runs beside what it believes, then accept what differs`;
  return { kind: 'restored', grave: true, what: backupAt, detail: '', since: at, text, command: 'srm restore' };
}

const ofFacts = ({ services, deadLetters, lag, disk }: Facts, now: number): readonly Finding[] => [
  ...(disk === null ? [] : ofDisk(disk)),
  ...services.flatMap((service) => ofService(service, now)),
  ...deadLetters.map((one) => ofDeadLetters(one, now)),
  ...lag.filter(({ behind }) => behind > mostBehind).map(ofLag),
];

function ofOperation({ operation, kind, since, why, command }: Stuck, view: OperationView | undefined): Finding {
  const where = view === undefined ? '' : `${view.kind} of ${view.product}${view.environment === null ? '' : ` in ${view.environment}`}: `;
  return { kind, grave: true, what: operation, detail: why, since, text: `${where}${why}`, command };
}

/** What an operation changes just now is its affair. */
function ofUncertain(resource: ResourceView): readonly Finding[] {
  const { product, component, environment, changing, operation, since } = resource;
  if (changing !== null) return [];
  const detail = `operation ${operation} ended before that was known`;
  const text = `it is not certain what runs of ${component} of ${product} in ${environment}: ${detail}; a restart deploys it again, a job is deployed`;
  return [restartable(resource, { kind: 'uncertain', detail, since, text })];
}

function ofResource(resource: ResourceView, now: number): readonly Finding[] {
  const { product, component, environment, state, changing, observed } = resource;
  if (observed === null || changing !== null || state !== 'running' || now - Date.parse(observed.since) <= patience) return [];
  const detail = [observed.drift, observed.reason ?? 'it is not ready'].filter((text) => text !== null).join('; ');
  const restarts = observed.restarts === 0 ? '' : `, started again ${observed.restarts === 1 ? 'once' : `${observed.restarts} times`}`;
  const text = `${component} of ${product} in ${environment} is not healthy${restarts}: ${detail}`;
  return [restartable(resource, { kind: 'unhealthy', detail, since: observed.since, text })];
}

/** What a restart mends. */
const restartable = (
  { product, component, environment }: ResourceView,
  about: Pick<Finding, 'kind' | 'detail' | 'since' | 'text'>,
): Finding => ({
  ...about,
  grave: true,
  what: `${environment}/${product}/${component}`,
  command: `srm restart ${product} -e ${environment} -c ${component}`,
});

function ofDisk({ folder, free, size }: Disk): readonly Finding[] {
  if (free >= leastFree) return [];
  const detail = `${megabytes(free)} free`;
  const text = `only ${megabytes(free)} are free where ${folder} lies, which takes ${megabytes(size)} itself: make room, SRM writes nothing on a full disk`;
  return [{ kind: 'disk', grave: true, what: folder, detail, since: null, text, command: `du -sh ${folder}/*` }];
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MB`;

/** What fails for a moment is no finding. */
function ofService(health: Health, now: number): readonly Finding[] {
  const { service, parts } = health;
  const aside = asideOf(health).filter(({ since }) => now - since > patience);
  const ended = parts.filter(({ state, lastError }) => state === 'ended' && lastError !== null);
  return [
    ...ended.map(({ name, lastError }): Finding => {
      const detail = lastError?.text ?? '';
      const text = `${name} of ${service} has ended: ${detail}; start SRM again`;
      return { kind: 'ended', grave: true, what: service, detail, since: iso(lastError?.at ?? now), text, command: 'npm start' };
    }),
    ...aside.map(({ what, reason, since }): Finding => {
      const text = `${service} cannot go on with ${what}: ${reason}; it is tried again every minute, the rest goes on`;
      return { kind: 'setAside', grave: true, what, detail: reason, since: iso(since), text, command: lookAt(what) };
    }),
  ];
}

/** Old ones are to be known, and no reason to get up at night. */
function ofDeadLetters({ topic, count, newest }: DeadLetters, now: number): Finding {
  const [last] = newest;
  const detail = last === undefined ? '' : `${last.type} of ${last.key}: ${last.reason}`;
  const newer = detail === '' ? '' : `; the newest: ${detail}`;
  const text = `${count} records of ${topic} could not be handled and lie in its dead letter${newer}; once the cause is mended, replay them`;
  const since = last === undefined ? null : iso(last.at);
  const grave = last !== undefined && now - last.at < day;
  return { kind: 'deadLetters', grave, what: topic, detail, since, text, command: `srm get dead-letters --topic ${topic}` };
}

const ofLag = ({ group, topic, behind }: Lag): Finding => ({
  kind: 'lag',
  grave: false,
  what: group,
  detail: `${behind} ${topic}`,
  since: null,
  text: `${group} has ${behind} records of ${topic} still to read; look again whether it becomes less`,
  command: 'srm doctor',
});

const iso = (at: number): string => new Date(at).toISOString();

const lookAt = (key: string): string | null => {
  const [kind, id = ''] = key.split('/');
  return kind === 'operation' && id !== '' ? `srm get operation ${id}` : null;
};
