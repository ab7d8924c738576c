import type { NothingTarget } from '@srm/bridge';
import type { Envelope } from '@srm/schemas';

/** The record of one key as it lies on the topic: every occurrence, with its bytes. */
export type Occurrence = Readonly<{ event: Envelope; bytes: string }>;

type Data = Readonly<Record<string, unknown>>;
const dataOf = (event: Envelope): Data => event.data as Data;
const text = (data: Data, name: string): string => String(data[name]);
const endings = new Set([
  'OperationSucceeded',
  'OperationFailed',
  'OperationCompensated',
  'OperationCompensationFailed',
  'OperationCancelled',
  'OperationRefused',
  'OperationPlanned',
]);

/** The laws, read from the record and from what the targets saw; they share no code with what they judge. Each broken one in a sentence. */
export function brokenLaws(record: readonly Occurrence[], target: NothingTarget): readonly string[] {
  const operations = record.filter(({ event }) => event.subject.startsWith('operation/'));
  const first = [...new Map(record.map(({ event }) => [`${event.subject}/${event.sequence}`, event])).values()];
  const keys = [...new Set(record.map(({ event }) => event.subject))];
  return [
    ...keys.flatMap((key) => numbering(record.filter(({ event }) => event.subject === key))),
    ...[...new Set(operations.map(({ event }) => event.subject))].flatMap((key) => {
      const events = first.filter((event) => event.subject === key);
      return [...oneEnding(key, events), ...order(events), ...undo(events, target)];
    }),
    ...oneEffect(target),
    ...keys.filter((key) => key.startsWith('environment/')).flatMap((key) => oneHolder(first.filter((event) => event.subject === key))),
  ];
}

/** I10: first occurrences read 1, 2, 3 …; a repeat is byte for byte the same. */
function numbering(occurrences: readonly Occurrence[]): readonly string[] {
  const seen = new Map<number, string>();
  const broken: string[] = [];
  for (const { event, bytes } of occurrences) {
    const number = event.sequence ?? 0;
    const known = seen.get(number);
    if (known === undefined && number !== seen.size + 1) broken.push(`I10 ${event.subject}: ${number} came after ${seen.size}`);
    if (known !== undefined && known !== bytes) broken.push(`I10 ${event.subject}: ${number} was said again with other bytes`);
    seen.set(number, known ?? bytes);
  }
  return broken;
}

/** I1: exactly one ending; after it nothing is said but that a command came too late. */
function oneEnding(key: string, events: readonly Envelope[]): readonly string[] {
  const ended = events.filter((event) => endings.has(event.type));
  const last = events.findLast((event) => event.type !== 'ActionRefused');
  return ended.length === 1 && last === ended[0]
    ? []
    : [`I1 ${key} has ${ended.length} endings: ${ended.map((event) => event.type).join(', ')}; the last event is ${last?.type}`];
}

/** I3: success of a dependency precedes the request of the dependent. */
function order(events: readonly Envelope[]): readonly string[] {
  const succeeded = new Set<string>();
  const needs = new Map<string, readonly string[]>();
  const broken: string[] = [];
  for (const event of events) {
    const data = dataOf(event);
    if (event.type === 'StepsPlanned')
      for (const step of data['steps'] as readonly { id: string; dependsOn: readonly string[] }[]) needs.set(step.id, step.dependsOn);
    if (event.type === 'StepSucceeded') succeeded.add(text(data, 'step'));
    if (event.type === 'StepRequested')
      for (const need of needs.get(text(data, 'step')) ?? [])
        if (!succeeded.has(need)) broken.push(`I3 ${text(data, 'step')} was asked for before ${need} had succeeded`);
  }
  return broken;
}

/** I2: at most one effect a job, and none twice for one step unless an attempt failed before. */
function oneEffect(target: NothingTarget): readonly string[] {
  const counts = new Map<string, number>();
  for (const effect of target.effects) counts.set(effect.job, (counts.get(effect.job) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 1).map(([job, count]) => `I2 job ${job} took effect ${count} times`);
}

/** I4: an undo of exactly what took effect where undo was begun; after the undo of what depends on it; at the target in that order. */
function undo(events: readonly Envelope[], target: NothingTarget): readonly string[] {
  const operation = events[0]?.subject.slice('operation/'.length) ?? '';
  const plan = events.flatMap((event) =>
    event.type === 'StepsPlanned' ? (dataOf(event)['steps'] as readonly { id: string; dependsOn: readonly string[]; undo: string }[]) : [],
  );
  const jobs = new Set(events.flatMap((event) => (event.type === 'StepRequested' ? [text(dataOf(event), 'job')] : [])));
  const effects = target.effects.filter((effect) => jobs.has(effect.job));
  const done = effects.filter((effect) => effect.action !== 'undo').map((effect) => effect.step);
  const undone = effects.filter((effect) => effect.action === 'undo').map((effect) => effect.step.slice(0, -'/undo'.length));
  const compensated = events.some((event) => event.type === 'CompensationStarted');
  const left = events
    .flatMap((event) => ('left' in event.data ? (dataOf(event)['left'] as readonly { step: string }[]) : []))
    .map((one) => one.step);
  const broken: string[] = [];
  if (!compensated && undone.length > 0) broken.push(`I4 ${operation}: ${undone.join(', ')} undone without compensation`);
  const due = compensated ? plan.filter((step) => step.undo === 'auto' && done.includes(step.id)).map((step) => step.id) : [];
  for (const id of due)
    if (!undone.includes(id) && !left.includes(id)) broken.push(`I4 ${operation}: ${id} took effect and was neither undone nor named`);
  for (const [n, id] of undone.entries()) {
    const dependents = plan.filter((step) => step.dependsOn.includes(id)).map((step) => step.id);
    for (const dependent of dependents)
      if (undone.indexOf(dependent) > n) broken.push(`I4 ${operation}: ${id} was undone before ${dependent}, which stands on it`);
  }
  return broken;
}

/** No component is held by two operations at once, and every grant has a higher fence. */
function oneHolder(events: readonly Envelope[]): readonly string[] {
  const holders = new Map<string, string>();
  const broken: string[] = [];
  let fence = 0;
  for (const event of events) {
    const data = dataOf(event);
    const operation = text(data, 'operation');
    if (event.type === 'EnvironmentLeased') {
      if (Number(data['fence']) <= fence) broken.push(`lease of ${operation}: fence ${Number(data['fence'])} came after ${fence}`);
      fence = Number(data['fence']);
      for (const component of data['components'] as readonly string[]) {
        const holder = holders.get(component);
        if (holder !== undefined) broken.push(`lease of ${operation}: ${component} is held by ${holder}`);
        holders.set(component, operation);
      }
    }
    if (event.type === 'EnvironmentFreed')
      for (const [component, holder] of [...holders]) if (holder === operation) holders.delete(component);
  }
  return broken;
}
