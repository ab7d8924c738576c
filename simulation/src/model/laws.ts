import type { Json, Note, Plain } from './replay.ts';

const endings = /^Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled|Refused|Planned)$/;
const text = (data: Plain, name: string): string => String(data[name]);
const list = (value: Json | undefined): readonly Plain[] => (Array.isArray(value) ? value : []);

/** The laws that a history of events can break, each broken one in a sentence. Shares nothing with the deciders. */
export const lawsOfEvents = (key: string, events: readonly Note[]): readonly string[] => [
  ...numbered(events),
  ...(key.startsWith('operation/') ? lawsOfOperation(events) : lawsOfLeases(events)),
];

/** I10 */
const numbered = (events: readonly Note[]): readonly string[] =>
  events.flatMap(({ number }, n) => (number === n + 1 ? [] : [`I10 event ${n + 1} has the number ${number}`]));

/** I1, I3, I4, and that nothing ends while a step is open. */
function lawsOfOperation(events: readonly Note[]): readonly string[] {
  const broken: string[] = [];
  const needs = new Map<string, readonly string[]>();
  const undoable = new Set<string>();
  const open = new Set<string>();
  const done = new Set<string>();
  const effects = new Map<string, boolean>();
  const undone = new Set<string>();
  let ended = false;
  let abandoned = false;
  let compensating = false;
  for (const { type, data } of events) {
    const step = text(data, 'step');
    const undoes = step.endsWith('/undo') ? step.slice(0, -'/undo'.length) : null;
    if (ended && type !== 'ActionRefused') broken.push(`I1 ${type} after the ending`);
    if (type === 'StepsPlanned')
      for (const plan of list(data['steps'])) {
        needs.set(text(plan, 'id'), list(plan['dependsOn']).map(String));
        if (plan['undo'] === 'auto') undoable.add(text(plan, 'id'));
      }
    if (type === 'OperationAbandoned') abandoned = true;
    if (type === 'CompensationStarted') {
      compensating = true;
      for (const id of open) broken.push(`I4 undo began while ${id} was open`);
    }
    if (type === 'StepRequested') {
      if (open.has(step)) broken.push(`${step} was asked for while it was open`);
      open.add(step);
      if (undoes === null) for (const need of needs.get(step) ?? []) if (!done.has(need)) broken.push(`I3 ${step} before ${need}`);
      if (undoes !== null)
        for (const [other, its] of needs)
          if (its.includes(undoes) && effects.get(other) === true && undoable.has(other) && !undone.has(other))
            broken.push(`I4 undo of ${undoes} before that of ${other}`);
      if (undoes !== null && undone.has(undoes)) broken.push(`I4 ${undoes} is undone twice`);
    }
    if (type === 'StepSucceeded' || type === 'StepFailed' || type === 'StepCancelled') {
      open.delete(step);
      const effect = type === 'StepSucceeded' ? data['unchanged'] !== true : data['effect'] !== 'none';
      if (effect) effects.set(step, true);
      if (type === 'StepSucceeded') done.add(step);
      if (type === 'StepSucceeded' && undoes !== null) undone.add(undoes);
    }
    if (type === 'StepSkipped') done.add(step);
    if (!endings.test(type)) continue;
    ended = true;
    if (!abandoned) for (const id of open) broken.push(`${type} while ${id} was open`);
    if (!compensating) continue;
    const left = new Set(list(data['left']).map((one) => text(one, 'step')));
    for (const id of undoable)
      if (effects.get(id) === true && !undone.has(id) && !left.has(id)) broken.push(`I4 ${id} had an effect and was not undone`);
  }
  return broken;
}

/** No component is held by two; fences grow; nobody is granted what he freed. */
function lawsOfLeases(events: readonly Note[]): readonly string[] {
  const broken: string[] = [];
  const holders = new Map<string, string>();
  const freed = new Set<string>();
  const asked: string[] = [];
  let fence = 0;
  for (const { type, data } of events) {
    const operation = text(data, 'operation');
    const components = Array.isArray(data['components']) ? data['components'].map(String) : [];
    if (type === 'EnvironmentLeaseAsked') asked.push(operation);
    if (type === 'EnvironmentLeased') {
      if (freed.has(operation)) broken.push(`a lease was granted to ${operation}, which had freed it`);
      for (const component of components) {
        const holder = holders.get(component);
        if (holder !== undefined) broken.push(`${component} was leased to ${operation} while ${holder} held it`);
        holders.set(component, operation);
      }
      if (Number(data['fence']) <= fence) broken.push(`fence ${Number(data['fence'])} after ${fence}`);
      fence = Number(data['fence']);
    }
    if (type !== 'EnvironmentFreed') continue;
    freed.add(operation);
    for (const [component, holder] of holders) if (holder === operation) holders.delete(component);
  }
  return broken;
}
