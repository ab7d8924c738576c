import type { Note } from './replay.ts';
import { mayFail } from './scenario.ts';
import type { Serving } from './serving.ts';
import type { State } from './state.ts';

const endings = /^Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled)$/;

/** What must hold where nothing moves any more: everything has ended or is held, nothing is half done, the environment is as the endings say. */
export function atRest({ library, scenario }: Serving, state: State): readonly string[] {
  const broken: string[] = [];
  const histories = scenario.keys.map((_, n) => library.nodes.of(state.stored[n] ?? 0));
  for (const [n, { key, events, last }] of histories.entries()) {
    if (state.published[n] !== last) broken.push(`${key}: of ${last} events only ${state.published[n]} were said`);
    if (!key.startsWith('operation/')) continue;
    const held = events.findLast(({ type }) => type === 'OperationHeld' || type === 'OperationResumed');
    if (!events.some(({ type }) => endings.test(type)) && held?.type !== 'OperationHeld')
      broken.push(`I5 ${key} stands still after ${events.at(-1)?.type}`);
  }
  for (const id of Object.values(state.book)) {
    const document = library.documents.of(id);
    if (document['open'] === true) broken.push(`the job ${String(document['step'])} is left ${String(document['state'])}`);
  }
  const ended = histories.filter(({ key }) => key.startsWith('operation/')).map(({ events }) => events);
  if (broken.length > 0 || ended.some((events) => !events.some(({ type }) => endings.test(type)))) return broken;
  const environment = histories.at(-1)?.environment;
  for (const [component, holder] of environment?.holders ?? []) broken.push(`21 ${holder} has ended and still holds ${component}`);
  const { cancel, abandon } = scenario.budget;
  if (!mayFail(scenario) && cancel + abandon === 0)
    for (const events of ended) if (events.at(-1)?.type !== 'OperationSucceeded') broken.push(`nothing failed, and ${events.at(-1)?.type}`);
  return [...broken, ...undone(ended, state)];
}

const fenceOf = (events: readonly Note[]): number => Number(events.find(({ type }) => type === 'OperationLeased')?.data['fence'] ?? 0);

/** I4: of who succeeded, its version runs; of who did not, the one before, but for what it names as left. */
function undone(operations: readonly (readonly Note[])[], { target }: State): readonly string[] {
  const broken: string[] = [];
  for (const [component, version] of Object.entries(target.deployed)) {
    let wanted: string | null = 'old';
    for (const events of operations.toSorted((a, b) => fenceOf(a) - fenceOf(b))) {
      const ending = events.find(({ type }) => endings.test(type));
      const left = Array.isArray(ending?.data['left']) ? ending.data['left'] : [];
      const isLeft = JSON.stringify(left).includes(`"${component}/`);
      const touched = events.some(
        ({ type, data }) => type === 'StepSucceeded' && data['step'] === `${component}/deploy` && data['unchanged'] !== true,
      );
      if (isLeft) wanted = null;
      else if (ending?.type === 'OperationSucceeded' && touched) wanted = String(ending.data['operation']);
    }
    if (wanted !== null && version !== wanted) broken.push(`I4 ${component} runs ${version}, and by the endings it should run ${wanted}`);
  }
  return broken;
}
