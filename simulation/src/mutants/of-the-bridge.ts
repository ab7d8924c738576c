import { pair } from '../model/scenario.ts';
import { model, tests } from './finder.ts';
import { cancel, crash, failure, fewSeeds, forgetful, late, manySeeds, poison, rebalance, repeat, triedAgain } from './finders.ts';
import { inFile, mutant, type Mutant } from './mutant.ts';

const folder = 'packages/bridge/src';
const book = inFile(`${folder}/book.ts`);
const carry = inFile(`${folder}/carry.ts`);
const follow = inFile(`${folder}/follow.ts`);
const commands = inFile(`${folder}/commands.ts`);
const start = inFile(`${folder}/start.ts`);
const points = inFile(`${folder}/restore-points.ts`);
const kept = 'await restorePoints.keep(found.operation, found.step, found._id, value));';
const ofTheService = tests(`${folder}/bridge-service.test.ts`);
const laws = tests(`${folder}/laws.test.ts`);

/** Rules 13 to 20 and the table of the book, as a bridge keeps them. */
export const ofTheBridge: readonly Mutant[] = [
  mutant(
    '13',
    'an absent job is closed as cancelled before T has passed, without a tombstone',
    [follow('if (!ripe && !tombstone) return false;', '')],
    [forgetful],
  ),
  mutant(
    '13',
    'a refusal closes the job whoever holds its start right by now',
    [
      book(
        "move(job, { state: { $in: after }, 'startRight.number': number, verdict: null }, { verdict }),",
        'move(job, { state: { $in: after }, verdict: null }, { verdict: number < 0 ? null : verdict }),',
      ),
    ],
    [laws, model(pair, { rebalance: 1, failure: 1 }, { eager: true, failures: ['is refused'] }, 60_000)],
  ),
  mutant(
    '13',
    'a job of which the target does not know is taken for absent',
    [follow("    case 'unknown':\n      return false;\n", "    case 'unknown':\n      return absent(carried, number, true, tombstone);\n")],
    [fewSeeds, manySeeds],
  ),
  mutant(
    '13',
    'what is found running under a closed job goes on',
    [start("if (status.state !== 'running') return;", "if (status.state !== 'absent') return;")],
    [ofTheService],
  ),
  mutant('15', 'the restore point is dropped', [carry(kept, "'{}');")], [failure]),
  mutant(
    '15',
    'every attempt takes a restore point of its own',
    [
      carry(
        '  if (kept !== null) return c.book.restorable(found, kept.value);\n',
        '  if (kept?.job === found._id) return c.book.restorable(found, kept.value);\n',
      ),
      points(
        'return (await find(operation, step))?.value ?? value;',
        'await collection.updateOne({ _id: `${operation}/${step}` }, { $set: { value, job } });\n        return value;',
      ),
    ],
    [triedAgain, ofTheService],
  ),
  mutant(
    '15',
    'an undo believes its command, not the book',
    [carry('return kept === null ? restorePoint : kept.value;', 'return restorePoint ?? kept?.value ?? null;')],
    [ofTheService],
  ),
  mutant(
    '17',
    'a start right is taken over whoever has taken it meanwhile',
    [
      book(
        "job.startRight === null ? { startRight: null } : { 'startRight.number': job.startRight.number };",
        'job.startRight === null ? { startRight: null } : {};',
      ),
    ],
    [laws, rebalance, model(pair, { rebalance: 1, late: 1 }, { eager: true }, 60_000)],
  ),
  mutant(
    '17',
    'a call may be under way for longer than its start right lasts',
    [start('void c.clock.sleep(driver.timing.call, over.signal).then(() => right.abort());', '')],
    [laws, ofTheService, manySeeds],
  ),
  mutant(
    '17',
    'first the look, then the time',
    [
      follow('  // First the time, then the look (protocol 17).\n  const ripe = way.ripe(number, longestLate(carried));\n', ''),
      follow(
        '  const status = await driver.observe(job);\n  switch',
        '  const status = await driver.observe(job);\n  const ripe = way.ripe(number, longestLate(carried));\n  switch',
      ),
    ],
    [laws, forgetful],
  ),
  mutant(
    '17',
    'who takes over does not look first',
    [follow('  if (!ripe) return false;\n  if (known) {', '  if (known) {')],
    [laws, forgetful],
  ),
  mutant(
    '18',
    'a report that was written is not said after a death',
    [
      carry(
        'if (report?.said !== false) return goOn(found, c, way);',
        'if (report?.said !== false || state !== "closed") return goOn(report === null ? found : { ...found, report: { ...report, said: true } }, c, way);',
      ),
    ],
    [crash, fewSeeds],
  ),
  mutant(
    '18',
    'a report is marked as said before it is',
    [carry('  await c.say([...(await lastOfLog', '  await c.book.markSaid(found);\n  await c.say([...(await lastOfLog')],
    [crash],
  ),
  mutant(
    '18',
    'a repeated command is not answered',
    [commands('if (!inserted) yield* lastReport(await book.find(command.data.job));', '')],
    [ofTheService],
  ),
  mutant(
    '19',
    'a command that cannot be taken goes to the dead letter, and its job stays as it is',
    [commands('yield* giveUp(command, error);', 'throw error;')],
    [poison],
  ),
  mutant(
    '20',
    'a job is forgotten once its end is said',
    [
      book(
        'state: job.state }, { $set: change });',
        "state: job.state }, { $set: change });\n      if (job.state === 'closed') await jobs.deleteOne({ _id: job._id });",
      ),
    ],
    [fewSeeds],
  ),
  mutant(
    'book',
    'opened → restorable, whatever the state',
    [book("move(job, { state: 'opened' }, {", 'move(job, {}, {')],
    [rebalance, laws],
  ),
  mutant(
    'book',
    'restorable → starting, though a cancel was asked for',
    [
      book(
        'const condition = { state: job.state, cancelAsked: false, verdict: null, ...former };',
        'const condition = { state: job.state, verdict: null, ...former };',
      ),
    ],
    [cancel, laws],
  ),
  mutant(
    'book',
    'starting → started, whatever the state',
    [book("move(job, { state: 'starting' }, { state: 'started'", "move(job, {}, { state: 'started'")],
    [rebalance, laws],
  ),
  mutant(
    'book',
    'closed by the end of the target, whatever the state',
    [book("if (on === 'end') return { state: { $in: after } };", "if (on === 'end') return {};")],
    [rebalance, laws],
  ),
  mutant(
    'book',
    'opened or restorable → closed, though somebody took the start right',
    [book('return { state: { $in: before }, startRight: null };', "return { state: { $ne: 'closed' } };")],
    [rebalance, laws],
  ),
  mutant(
    'book',
    'starting or started → closed, whoever holds the start right',
    [book("return { state: { $in: after }, 'startRight.number': on.number };", 'return { state: { $in: after } };')],
    [laws, rebalance],
  ),
  mutant(
    'book',
    'a cancel of a job that nobody knows leaves nothing',
    [commands('if (await book.insertClosed(command, cancelled(reason))) return yield* justClosed(job);', '')],
    [ofTheService],
  ),
  mutant(
    'book',
    'a cancel reopens what is closed',
    [book("jobs.updateOne({ _id: id, state: { $ne: 'closed' } }, change)", 'jobs.updateOne({ _id: id }, change)')],
    [repeat, ofTheService],
  ),
  mutant(
    'I2',
    'every start right starts a job of its own',
    [start('driver.start(job, right)', 'driver.start({ ...job, id: `${job.id}/${number}` }, right)')],
    [fewSeeds],
  ),
];
void [late];
