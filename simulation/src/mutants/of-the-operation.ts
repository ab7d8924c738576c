import { model, seeds, tests } from './finder.ts';
import { cancel, cancelledFailure, failure, fewSeeds, manySeeds, triedAgain } from './finders.ts';
import { inFile, mutant, type Mutant } from './mutant.ts';

const folder = 'services/orchestrator/src/operation';
const accept = inFile(`${folder}/accept.ts`);
const evolve = inFile(`${folder}/evolve.ts`);
const next = inFile(`${folder}/next.ts`);
const said = inFile(`${folder}/said.ts`);
const undoing = inFile(`${folder}/undoing.ts`);
const top = '[...operation.steps.values()].filter((step) => step.standing === 0).map((step) => step.plan.id);';

/** Rules 12 to 16 and 28, and the laws I1 to I5, I11 and I14, as the operation keeps them. */
export const ofTheOperation: readonly Mutant[] = [
  mutant(
    '12',
    'run and cancel have keys of their own, and a cancel of a job that nobody knows leaves nothing',
    [
      said(
        "[command(bridge, stepKey(id, data.step), { type: 'CancelStep', data })]",
        "[command(bridge, stepKey(id, `cancel/${data.step}`), { type: 'CancelStep', data })]",
      ),
      inFile('packages/bridge/src/commands.ts')(
        'if (await book.insertClosed(command, cancelled(reason))) return yield* justClosed(job);',
        '',
      ),
    ],
    [cancelledFailure],
  ),
  mutant(
    '13',
    'an operation ends while a step is open',
    [next('const idle = operation.open.size === 0 && operation.retrying.size === 0;', 'const idle = true;')],
    [failure],
  ),
  mutant(
    '13',
    'a deadline ends its step, whatever its bridge says',
    [
      accept(
        "return [{ type: 'StepCancelRequested', data: cancelling(operation, id, reason, 'deadline') }];",
        'return [failedAs(operation, step, { reason })];',
      ),
      accept(
        "import { requested, undoRequested } from './request.ts';",
        "import { failedAs, requested, undoRequested } from './request.ts';",
      ),
    ],
    [failure],
  ),
  mutant(
    '13',
    'undo does not wait for the closing of what runs',
    [
      next(
        "  touching.size === 0 && (trouble?.by === 'build' || open.size + retrying.size === 0);",
        '  touching.size + open.size + retrying.size >= 0 && trouble !== null;',
      ),
      next('else if (due.length === 0 && !waitsForPeople', 'else if (!waitsForPeople'),
    ],
    [cancel],
  ),
  mutant(
    '14',
    'the failed step is forgotten: only what succeeded is undone',
    [
      evolve(
        '      closed(operation, step, data.report, data.effect);\n      step.reason = data.reason;\n      step.state = data.retryIn === null',
        "      closed(operation, step, data.report, 'none');\n      step.reason = data.reason;\n      step.state = data.retryIn === null",
      ),
    ],
    [failure],
  ),
  mutant(
    '14',
    'the effect of a step is that of its last attempt',
    [evolve('step.effect = worse(step.effect, effect);', 'step.effect = effect;')],
    [triedAgain],
  ),
  mutant(
    '14',
    'what may have had an effect is not undone',
    [
      inFile(`${folder}/state.ts`)(
        "step.plan.undo !== 'keep' && step.effect !== 'none';",
        "step.plan.undo !== 'keep' && step.effect === 'done';",
      ),
    ],
    [failure],
  ),
  mutant(
    '16',
    'what its bridge found unchanged is undone',
    [evolve("data.unchanged ? 'none' : 'done'", "'done'")],
    [tests(`${folder}/operation.test.ts`, 'unchanged')],
  ),
  mutant(
    '28',
    'a retry waits for as long as chance says',
    [
      inFile(`${folder}/accept-report.ts`)(
        'parseInt(jobId(operation.id, step.plan.id, step.attempt).slice(0, 4), 16) / 0xffff;',
        'Math.random();',
      ),
    ],
    [tests(`${folder}/operation.test.ts`, 'retr')],
  ),
  mutant(
    '28',
    'the time of an event is that of its input, though it lies before the event before',
    [
      inFile('services/orchestrator/src/advance.ts')(
        'const time = by === null || by.time < state.time ? state.time : by.time;',
        'const time = by === null ? state.time : by.time;',
      ),
    ],
    [fewSeeds, manySeeds],
  ),
  mutant(
    '28',
    'the instant of a timer is fixed again whenever its command comes again',
    [
      inFile('services/orchestrator/src/timers.ts')(
        'await inserted(timers, { _id: `${data.operation}/${data.timer}`, ...timer });',
        'if (!(await inserted(timers, { _id: `${data.operation}/${data.timer}`, ...timer }))) await timers.updateOne({ _id: `${data.operation}/${data.timer}` }, { $set: { due, fired: false } });',
      ),
    ],
    [fewSeeds],
  ),
  mutant(
    'I1',
    'what has ended ends again',
    [next('if (request === null || operation.ended !== null) return [];', 'if (request === null) return [];')],
    [failure],
  ),
  mutant(
    'I3',
    'a step is asked for when one of those that it depends on has succeeded',
    [evolve('if (dependent.waitsFor === 0) due(operation, dependent);', 'due(operation, dependent);')],
    [model({ a: [], b: [], c: ['a', 'b'] }, {}), fewSeeds],
  ),
  mutant(
    'I4',
    'what is to be kept is undone',
    [
      undoing('if (isKept(operation, step)) continue;', "if (isKept(operation, step) && step.plan.undo !== 'keep') continue;"),
      inFile(`${folder}/state.ts`)(
        "step.plan.undo !== 'none' && step.plan.undo !== 'keep' && step.effect !== 'none';",
        "step.plan.undo !== 'none' && step.effect !== 'none';",
      ),
    ],
    [seeds(32_904, 1)],
  ),
  mutant(
    'I4',
    'what the environment says of failures is not heeded',
    [
      inFile(`${folder}/state.ts`)(
        "request?.onFailure ?? plan?.onFailure ?? 'compensate';",
        "request?.onFailure ?? (plan === null ? null : 'compensate') ?? 'compensate';",
      ),
    ],
    [seeds(32_022, 1)],
  ),
  mutant(
    'I11',
    'a step is tried once more than its plan says',
    [inFile(`${folder}/accept-report.ts`)('if (step.attempt >= step.plan.attempts ||', 'if (step.attempt > step.plan.attempts ||')],
    [seeds(32_519, 1)],
  ),
  mutant('I4', 'undo goes in forward order', [undoing(top, '[...operation.steps.values()].map((step) => step.plan.id);')], [failure]),
  mutant(
    'I4',
    'nothing is undone after a cancel',
    [
      inFile(`${folder}/state.ts`)(
        "policyOf(operation) !== 'keep' || operation.trouble?.by === 'cancel' || operation.givenUp;",
        "policyOf(operation) !== 'keep' && operation.trouble?.by !== 'cancel';",
      ),
    ],
    [cancel],
  ),
  mutant(
    'I5',
    'a bridge is not woken by what is written into its book',
    [
      inFile('packages/bridge/src/commands.ts')(
        'yield* lastReport(await book.find(command.data.job));\n    hub.wake(command.data.job);\n  };\n\n  const run',
        'yield* lastReport(await book.find(command.data.job));\n  };\n\n  const run',
      ),
    ],
    [fewSeeds],
  ),
  mutant(
    'I14',
    "an operator's command that is refused is not answered",
    [
      inFile(`${folder}/accept-action.ts`)(
        '  const { requestId, action, actor, bodyDigest } = data;\n  return [{',
        '  const { requestId, action, actor, bodyDigest } = data;\n  if (requestId !== "") return [];\n  return [{',
      ),
    ],
    [manySeeds],
  ),
  mutant(
    '8',
    'a plan counts before all of it is there',
    [inFile(`${folder}/accept-planning.ts`)('if (data.slices !== operation.planning.slices) return [];', '')],
    [tests(`${folder}/operation.test.ts`)],
  ),
];
