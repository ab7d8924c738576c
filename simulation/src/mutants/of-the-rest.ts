import { tests } from './finder.ts';
import { cancel, fewSeeds, manySeeds, repeat, reorder, someDeaths, twoOperations } from './finders.ts';
import { inFile, mutant, type Mutant } from './mutant.ts';

const environment = 'services/orchestrator/src/environment';
const leases = inFile(`${environment}/leases.ts`);
const messaging = 'packages/messaging/src';
const prefix = inFile(`${messaging}/finished-prefix.ts`);
const handleKey = inFile(`${messaging}/handle-key.ts`);
const subscription = inFile(`${messaging}/run-subscription.ts`);
const query = 'services/query-api/src';
const ofSubscription = tests(`${messaging}/run-subscription.test.ts`);
const ofBatches = tests(`${messaging}/batch-ends.test.ts`);
const ofEnvironment = tests(`${environment}/environment.test.ts`);
const ofEvents = tests(`${query}/http/get-events.test.ts`);

/** Rules 21 to 29: leases, views, bus, embedded parts. */
export const ofTheRest: readonly Mutant[] = [
  mutant(
    '21',
    'who has freed a lease may ask for it again',
    [inFile(`${environment}/accept.ts`)('if (state.freed.has(operation) || state.held', 'if (state.held')],
    [repeat, reorder, fewSeeds],
  ),
  mutant(
    '21',
    'a lease is granted where one of its components is free',
    [leases('if (!components.some((component) => taken.has(component))', 'if (!components.every((component) => taken.has(component))')],
    [ofEnvironment],
  ),
  mutant(
    '21',
    'a lease is granted though somebody asked for it earlier',
    [
      leases(
        '    for (const component of components) taken.add(component);\n',
        '    if (!components.some((component) => taken.has(component))) for (const component of components) taken.add(component);\n',
      ),
    ],
    [ofEnvironment],
  ),
  mutant(
    '21',
    'who ends before the lease was granted does not give it back',
    [
      inFile('services/orchestrator/src/operation/said.ts')(
        "if (operation.lease === 'none' || environment === null) return [];",
        "if (operation.lease !== 'held' || environment === null) return [];",
      ),
    ],
    [cancel],
  ),
  mutant(
    '21',
    'a lease is held by whoever asked last',
    [leases('const taken = new Set(state.holders.keys());', 'const taken = new Set<string>();')],
    [twoOperations],
  ),
  mutant(
    '21',
    'a lease is granted though what the plan was made of has changed',
    [leases('const refused = overtaken(state, claim);', 'const refused = overtaken(state, { ...claim, upon: null });')],
    [tests(`${environment}/upon.test.ts`)],
  ),
  mutant(
    '21',
    'who says what the rest is does not wait for those who change it',
    [leases(' && !awaitsRest(claim, taken)) {', ') {')],
    [tests(`${environment}/upon.test.ts`)],
  ),
  mutant(
    '22',
    'every grant has the same fence',
    [leases('const fence = state.fence + events.length + 1;', 'const fence = Math.max(1, state.fence + events.length);')],
    [twoOperations],
  ),
  mutant(
    '22',
    'neither the book nor the target compares fences',
    [
      inFile('packages/bridge/src/start.ts')('if (fence > carried.job.fence) return', 'if (fence < 0) return'),
      inFile('simulation/src/target.ts')(
        "if (job.environment === '' || job.fence >= seen) return null;",
        "if (job.environment === '' || seen >= 0) return null;",
      ),
    ],
    [tests('packages/bridge/src/bridge-service.test.ts'), manySeeds],
  ),
  mutant(
    '23',
    'the document of an operation is written before those of its steps',
    [
      inFile(`${query}/fold-operation.ts`)(
        '        if (made.operation !== operation) await putAfter(stores.operations, made.operation, operation.number, found !== null);\n',
        '',
      ),
      inFile(`${query}/fold-operation.ts`)(
        '        await Promise.all([...made.steps]',
        '        if (made.operation !== operation) await putAfter(stores.operations, made.operation, operation.number, found !== null);\n        await Promise.all([...made.steps]',
      ),
    ],
    [tests(`${query}/fold.law.test.ts`), manySeeds],
  ),
  mutant(
    '23',
    'an older view takes the place of a newer one',
    [
      inFile(`${query}/put.ts`)(
        'await collection.replaceOne({ _id: document._id, number: { $lt: document.number } }, document);',
        'await collection.replaceOne({ _id: document._id }, document);',
      ),
      inFile(`${query}/put.ts`)(
        'const { matchedCount } = await collection.replaceOne({ _id: document._id, number }, document);',
        'const { matchedCount } = await collection.replaceOne({ _id: document._id }, document);',
      ),
    ],
    [tests(`${query}/put.test.ts`)],
  ),
  mutant(
    'I7',
    'a cancelled step is shown as it was',
    [
      inFile(`${query}/views/step-project.ts`)(
        "case 'StepCancelled':",
        "case 'StepCancelled':\n      if (event.sequence !== null) return known as StepView;",
      ),
    ],
    [manySeeds],
  ),
  mutant(
    '24',
    'an event that cannot be read goes to the dead letter',
    [
      inFile(`${query}/fold.ts`)(
        'if (trouble !== null) await view.freeze(folded.number, trouble);',
        'if (trouble !== null) throw new Error(trouble);',
      ),
    ],
    [ofEvents],
  ),
  mutant(
    '25',
    'a stream begins anew whenever its reader comes back',
    [inFile(`${query}/http/get-events.ts`)('const after = last ?? asked ?? 0;', 'const after = asked ?? 0;')],
    [tests(`${query}/http/get-events.test.ts`, 'resumed at any position')],
  ),
  mutant(
    '26',
    'the partition of a key follows another hash',
    [inFile(`${messaging}/murmur2.ts`)('(murmur2(key) & 0x7fffffff) % partitions', '(murmur2(key) >>> 1) % partitions')],
    [tests(`${messaging}/murmur2.test.ts`)],
  ),
  mutant(
    '26',
    'events are dropped after a while',
    [inFile('schemas/src/topics.ts')("retention: 'forever' },", 'retention: 14 * day },')],
    [tests('schemas/src/topics.test.ts')],
  ),
  mutant(
    '27',
    'records are resolved out of order',
    [prefix('return length > before ? (positions[length - 1] ?? null) : null;', 'return before >= 0 ? position : null;')],
    [ofSubscription, someDeaths],
  ),
  mutant(
    '27',
    'a handler goes on before what it yielded is published',
    [
      handleKey(
        'await sayForSure(parts, parts, what, outgoing);\n',
        'void sayForSure(parts, parts, what, outgoing).catch(() => undefined);\n',
      ),
    ],
    [ofSubscription],
  ),
  mutant(
    '27',
    'a batch ends when one of its handlers throws, while others run',
    [
      subscription('const ended = await Promise.allSettled([...byKey', 'const ended = await allAtOnce([...byKey'),
      subscription(
        'function byKey(',
        'const allAtOnce = async (all: readonly Promise<void>[]) => (await Promise.all(all)).map(() => ({ status: "fulfilled" as const, value: undefined, reason: null as unknown }));\n\nfunction byKey(',
      ),
    ],
    [ofBatches],
  ),
  mutant(
    '27',
    'what is transient becomes a dead letter',
    [
      handleKey(
        'isTransient(error) || (waiting === null && isSetAside(error));',
        'isTransient(error) && waiting === null && isSetAside(error);',
      ),
    ],
    [ofSubscription],
  ),
  mutant(
    '27',
    'records of one key are handled at once',
    [
      subscription('const waiting = keys.get(record.key);', 'const waiting = keys.get(`${record.key} ${record.position}`);'),
      subscription(
        'if (waiting === undefined) keys.set(record.key, [record]);',
        'if (waiting === undefined) keys.set(`${record.key} ${record.position}`, [record]);',
      ),
    ],
    [ofSubscription],
  ),
  mutant(
    '27',
    'after a rebalance a batch goes on as if nothing were',
    [subscription('const alive = (): boolean => batch.alive() && !signal.aborted;', 'const alive = (): boolean => !signal.aborted;')],
    [ofSubscription],
  ),
  mutant(
    '27',
    'nothing is heard of who tries again',
    [inFile(`${messaging}/persistence.ts`)('    await parts.heartbeat();\n', '')],
    [ofBatches],
  ),
  mutant(
    '29',
    'publishing resolves before the records are on the disk',
    [
      inFile(`${messaging}/embedded-log.ts`)(
        'if (entries.length > 0) await commit(entries);',
        'if (entries.length > 0) void commit(entries).catch(() => undefined);',
      ),
    ],
    [tests(`${messaging}/embedded-log.killed.test.ts`), tests(`${messaging}/embedded-log.test.ts`)],
  ),
  mutant(
    '29',
    'a write resolves before it is on the disk',
    [
      inFile('packages/documents/src/group-commit.ts')(
        "    db.exec('COMMIT');\n    return outcomes;",
        "    setImmediate(() => db.exec('COMMIT'));\n    return outcomes;",
      ),
    ],
    [tests('packages/documents/src/crash.test.ts'), tests('packages/documents/src/group-commit.test.ts')],
  ),
  mutant(
    'I11',
    'dead letters do not keep the bytes that came',
    [inFile(`${messaging}/dead-letter.ts`)('value: record.value,', 'value: Buffer.from(sentence(error)),')],
    [manySeeds],
  ),
  mutant(
    'I11',
    'the last report of a closed job is never marked as said',
    [
      inFile('packages/bridge/src/book.ts')(
        "job.state === 'closed' ? { 'report.said': true, open: false }",
        "job.state === 'closed' ? { 'report.said': true, open: true }",
      ),
    ],
    [fewSeeds],
  ),
];
