import { tests, twice } from './finder.ts';
import { cancel, crash, crashedFailure, failure, fewSeeds, manySeeds, rebalance, triedAgain } from './finders.ts';
import { inFile, mutant, type Mutant } from './mutant.ts';

const advance = inFile('services/orchestrator/src/advance.ts');
const decide = inFile('services/orchestrator/src/decide.ts');
const decisions = inFile('services/orchestrator/src/decisions.ts');
const door = inFile('services/query-api/src/http/post-operation.ts');
const spoken = tests('services/query-api/src/http/post-operation.test.ts');
const ofDecide = tests('services/orchestrator/src/decide.test.ts');
const load = 'if (held.last !== null) yield held.last.records;';

const append = 'append: (key, decision) => inserted(decisions, { _id: idOfDecision(key, decision.first), key, ...stored(decision) }),';
const putInPlace =
  'const putInPlace = (all: Collection<Decision>, one: Decision): Promise<boolean> => all.replaceOne({ _id: one._id }, one, { upsert: true }).then(() => true);';

/** Rules 1 to 6: one way in, one decision, nothing unsaid. */
export const ofTheShell: readonly Mutant[] = [
  mutant(
    '1',
    'reports go under a key of their own, not under that of their operation',
    [
      inFile('packages/bridge/src/report.ts')(
        'subject: operationKey(job.operation),',
        "subject: operationKey(job.operation + '/' + job._id),",
      ),
    ],
    [fewSeeds],
  ),
  mutant(
    '2',
    'the id of an operation derives from the body too, not from tenant and key alone',
    [door("operation: idOf('operation', tenant, key),", "operation: idOf('operation', tenant, key, digestOf(body)),")],
    [spoken],
  ),
  mutant(
    '2',
    'another body under the same key is taken for the same request',
    [door("asked.bodyDigest !== '' && asked.bodyDigest !== bodyDigest;", "asked.bodyDigest === '' && bodyDigest === '';")],
    [spoken],
  ),
  mutant(
    '2',
    'a request that is said again is decided again',
    [
      inFile('services/orchestrator/src/operation/accept.ts')(
        'return []; // the same key again; the door compares the bodies',
        "return [{ type: 'OperationRequested', data: input.data }];",
      ),
    ],
    [fewSeeds],
  ),
  mutant(
    '3',
    'a taken number is as good as one that was stored',
    [decisions(append, append.replace(/,$/, '.then(() => true),'))],
    [rebalance],
  ),
  mutant(
    '3',
    'a decision takes the place of another with its number',
    [
      decisions(append, append.replace('=> inserted(decisions,', '=> putInPlace(decisions,')),
      decisions('const stored = (', `${putInPlace}\n\nconst stored = (`),
    ],
    [ofDecide],
  ),
  mutant('4', 'who loads from the store does not publish the last decision again', [decide(load, '')], [crash]),
  mutant(
    '4',
    'who loads from the store publishes only the events again, not the commands',
    [decide(load, 'if (held.last !== null) yield held.last.records.filter(({ topic }) => topic === topics.events.name);')],
    [crash],
  ),
  mutant(
    '4',
    'several decisions are appended before the first of them is published',
    [
      decide('let inputs = messages as', 'const unsaid: BusRecord[] = [];\n    let inputs = messages as'),
      decide('      yield decision.records;\n', '      unsaid.push(...decision.records);\n'),
      decide('      if (decided.length === 0) {\n', '      if (decided.length === 0) {\n        if (unsaid.length > 0) yield unsaid;\n'),
    ],
    [crashedFailure],
  ),
  mutant(
    '5',
    'a stale cache is trusted: nobody looks whether a decision follows, and joining the group empties nothing',
    [
      decide('if (await decisions.follows(key, before)) {', 'if (before < 0) {'),
      decide('onJoin: () => [cache, ended].forEach((kept) => kept.clear()),', 'onJoin: () => undefined,'),
    ],
    [ofDecide, manySeeds],
  ),
  mutant(
    '6',
    'what was stored is said again with another time',
    [
      decisions(
        "const restored = (message: StoredMessage): BusRecord => ({ ...message, value: Buffer.from(message.value, 'base64') });",
        "const restored = (message: StoredMessage): BusRecord => ({ ...message, headers: message.headers.map(([name, text]) => [name, name === 'ce_time' ? '2026-01-01T00:00:00.000Z' : text]), value: Buffer.from(message.value, 'base64') });",
      ),
    ],
    [fewSeeds],
  ),
  mutant(
    '6',
    'all attempts of a step have one job id',
    [
      inFile('packages/messaging/src/ids.ts')(
        "idOf('job', operation, step, attempt)",
        "idOf('job', operation, step, Math.min(attempt, 1))",
      ),
    ],
    [triedAgain],
  ),
  mutant(
    'I6',
    'ids of events are drawn by chance',
    [advance("id: idOf('event', key, number),", "id: idOf('event', key, Math.random()),")],
    [twice(300)],
  ),
  mutant(
    'I9',
    'what was judged is said though somebody else was faster',
    [decide('held = undefined; // somebody was faster: load, judge again', 'yield decision.records;\n        held = undefined;')],
    [rebalance],
  ),
  mutant(
    'I10',
    'events of one decision are said last first',
    [decide('      yield decision.records;\n', '      yield decision.records.toReversed();\n')],
    [cancel],
  ),
  mutant(
    'I10',
    'a number is left out',
    [advance('const number = state.number + 1;', 'const number = state.number === 5 ? 7 : state.number + 1;')],
    [fewSeeds],
  ),
  mutant(
    '8',
    'only what the inputs caused is published, not what is due after it',
    [decide('      inputs = [];\n    }', '      return;\n    }')],
    [failure],
  ),
  mutant(
    '8',
    'after an input that changes nothing, nobody looks what is due',
    [
      advance(
        'for (const message of decider.next(state)) {',
        'for (const message of decided.length === 0 && inputs.length > 0 ? [] : decider.next(state)) {',
      ),
    ],
    [crashedFailure],
  ),
  mutant(
    '8',
    'all events of a decision are caused by the last of its inputs',
    [
      advance(
        'for (const message of decider.accept(state, input)) fold(message, input);',
        'for (const message of decider.accept(state, input)) fold(message, inputs.at(-1) ?? input);',
      ),
    ],
    [fewSeeds],
  ),
  mutant(
    '7',
    'a report that is said again counts again',
    [inFile('services/orchestrator/src/operation/accept-report.ts')('if (data.number <= step.report) return [];', '')],
    [fewSeeds],
  ),
  mutant(
    '7',
    "an operator's command that is said again is judged again",
    [inFile('services/orchestrator/src/operation/accept-action.ts')('if (operation.requests.has(data.requestId)) return [];', '')],
    [manySeeds],
  ),
  mutant(
    '7',
    "an operator's command is taken whatever it was judged at",
    [
      inFile('services/orchestrator/src/operation/accept-action.ts')(
        'if (at !== null && at < turn) return moved(operation, at);\n  switch',
        'switch',
      ),
    ],
    [tests('services/orchestrator/src/operation/people.test.ts'), tests('services/orchestrator/src/operation/actions.test.ts')],
  ),
  mutant(
    '9',
    'whether a message is too large is found out when it is published',
    [decide('if (record.value.length > largestMessage)', 'if (record.value.length > largestMessage * 1000)')],
    [ofDecide],
  ),
  mutant(
    '9',
    'after the append publishing gives up at an error that is not transient',
    [
      inFile('packages/messaging/src/say.ts')(
        '    () => true,\n    () => bus.publish(records),',
        '    isTransient,\n    () => bus.publish(records),',
      ),
    ],
    [tests('packages/messaging/src/run-subscription.test.ts')],
  ),
  mutant(
    '10',
    'a stored event that cannot be folded is the trouble of the input',
    [decide('throw new SetAside(', 'throw new Error(')],
    [ofDecide],
  ),
  mutant(
    '10',
    'an event of an unknown type is passed over',
    [
      advance(
        'if (after === undefined) throw new Error(`${event.type} is not known to this version`);',
        'if (after === undefined) return state;',
      ),
    ],
    [ofDecide],
  ),
  mutant(
    '11',
    'repair says nothing of steps again',
    [inFile('services/orchestrator/src/operation/open-commands.ts')('if (!isOpen(step)) return [];', 'if (step.report >= 0) return [];')],
    [tests('simulation/src/repair.test.ts')],
  ),
];
