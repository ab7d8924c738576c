import type { Envelope } from '@srm/schemas';
import { troubleWith, type Fold, type Folded } from './folded.ts';
import { inserted } from '@srm/documents';
import { putAfter, putNewer } from './put.ts';
import type { Stores } from './stores.ts';
import { answerOf } from './views/answers.ts';
import { isOperationEvent, type OperationEvent } from './views/events.ts';
import { unknownOperation, type OperationView, type StepView } from './views/operation-view.ts';
import type { AnswerView } from './views/other-views.ts';
import { project, stepsOf } from './views/project.ts';

/** Steps and answers are written first, the operation last, from exactly the number it was read at (protocol 23).
 *  Dies it in between, the steps are ahead; they are left as they are when the same events are folded again. */
export const foldOperation =
  (stores: Stores) =>
  async (id: string): Promise<Fold> => {
    const found = await stores.operations.findOne({ _id: id });
    // What an older version stored lacks what it did not know.
    const operation = { ...unknownOperation(id), ...found };
    return {
      number: operation.number,
      run: async (events) => {
        const made = fold(operation, await stepsKnown(stores, id, events), events);
        await Promise.all([...made.steps].map(([step, known]) => putNewer(stores.steps, step, known)));
        await Promise.all(made.answers.map((answer) => inserted(stores.answers, answer)));
        if (made.operation !== operation) await putAfter(stores.operations, made.operation, operation.number, found !== null);
        return made.folded;
      },
      freeze: async (number, frozen) => {
        if (number === 0 && (await inserted(stores.operations, { ...unknownOperation(id), frozen }))) return;
        await stores.operations.updateOne({ _id: id, number }, { $set: { frozen } });
      },
    };
  };

async function stepsKnown({ steps }: Stores, id: string, events: readonly Envelope[]): Promise<Map<string, StepView>> {
  const names = new Set(events.flatMap((event) => (isOperationEvent(event) ? stepsOf(event) : [])));
  if (names.size === 0) return new Map();
  const found = await steps.find({ _id: { $in: [...names].map((name) => `${id}/${name}`) } }).toArray();
  return new Map(found.map((step) => [step.id, step]));
}

type Made = Readonly<{ operation: OperationView; steps: ReadonlyMap<StepView, boolean>; answers: readonly AnswerView[]; folded: Folded }>;

/** Pure: what these events make of an operation; `steps` says of each changed step whether there is an older document. */
function fold(before: OperationView, known: ReadonlyMap<string, StepView>, events: readonly Envelope[]): Made {
  const now = new Map(known);
  const answers: AnswerView[] = [];
  let operation = before;
  let trouble: string | null = null;
  for (const event of events) {
    try {
      operation = one(operation, now, answers, event);
    } catch (error) {
      trouble = troubleWith(operation.number + 1, event.type, error);
      break;
    }
  }
  const changed = [...now].filter(([name, step]) => known.get(name) !== step);
  return {
    operation,
    steps: new Map(changed.map(([name, step]) => [step, known.has(name)])),
    answers,
    folded: { number: operation.number, trouble },
  };
}

function one(operation: OperationView, steps: Map<string, StepView>, answers: AnswerView[], event: Envelope): OperationView {
  if (!isOperationEvent(event)) throw new Error('its type is not known here');
  const view = project({ operation, steps: named(steps, event) }, event);
  for (const step of view.steps) steps.set(step.id, step);
  const answer = answerOf(event);
  if (answer !== null) answers.push(answer);
  return view.operation;
}

const named = (steps: ReadonlyMap<string, StepView>, event: Envelope<OperationEvent>): readonly StepView[] =>
  stepsOf(event).flatMap((name) => steps.get(name) ?? []);
