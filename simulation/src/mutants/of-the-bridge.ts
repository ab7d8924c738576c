import { seeds, tests } from './finder.ts';
import { crash, failure, fewSeeds, forgetful, poison, triedAgain } from './finders.ts';
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
const ofTheBook = tests(`${folder}/book.test.ts`);
const ofDeaths = tests(`${folder}/deaths.test.ts`);
const ofFollow = tests(`${folder}/follow.test.ts`);

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
    'what does not show is closed by a cancel at once, with no tombstone',
    [
      follow(
        'const tombstone = found.cancelAsked && found.verdict === null && (await driver.cancel(job));\n  const status = await driver.observe(job);',
        "const status = await driver.observe(job);\n  const tombstone = found.cancelAsked && found.verdict === null && (status.state === 'absent' || (await driver.cancel(job)));",
      ),
    ],
    [seeds(32_652, 1)],
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
    [ofTheBook],
  ),
  mutant(
    '13',
    'a job of which the target does not know is taken for absent',
    [follow("    case 'unknown':\n      return false;\n", "    case 'unknown':\n      return absent(carried, number, true, tombstone);\n")],
    [ofFollow],
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
    [ofTheBook],
  ),
  mutant(
    '17',
    'a call may be under way for longer than its start right lasts',
    [start('void c.clock.sleep(driver.timing.call, over.signal).then(() => right.abort());', '')],
    [ofTheService],
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
    [ofFollow],
  ),
  mutant(
    '17',
    'who takes over does not wait until T has passed',
    [follow('  if (!ripe) return false;\n  if (known) {', '  if (known) {')],
    [ofFollow],
  ),
  mutant(
    '18',
    'who starts does not look through the book for what is open or unsaid',
    [inFile(`${folder}/loop.ts`)('(await parts.book.open()).forEach(take);', 'await parts.book.open();')],
    [ofDeaths],
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
  mutant('book', 'opened → restorable, whatever the state', [book("move(job, { state: 'opened' }, {", 'move(job, {}, {')], [ofTheBook]),
  mutant(
    'book',
    'restorable → starting, though a cancel was asked for',
    [
      book(
        'const condition = { state: job.state, cancelAsked: false, verdict: null, ...former };',
        'const condition = { state: job.state, verdict: null, ...former };',
      ),
    ],
    [ofTheBook],
  ),
  mutant(
    'book',
    'starting → started, whatever the state',
    [book("move(job, { state: 'starting' }, { state: 'started'", "move(job, {}, { state: 'started'")],
    [ofTheBook],
  ),
  mutant(
    'book',
    'closed by the end of the target, whatever the state',
    [book("if (on === 'end') return { state: { $in: after } };", "if (on === 'end') return {};")],
    [ofTheBook],
  ),
  mutant(
    'book',
    'opened or restorable → closed, though somebody took the start right',
    [book('return { state: { $in: before }, startRight: null };', "return { state: { $ne: 'closed' } };")],
    [ofTheBook],
  ),
  mutant(
    'book',
    'starting or started → closed, whoever holds the start right',
    [book("return { state: { $in: after }, 'startRight.number': on.number };", 'return { state: { $in: after } };')],
    [ofTheBook],
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
    [ofTheBook],
  ),
  mutant(
    'I2',
    'a job goes to its target under another id',
    [
      carry(
        'return job === null ? null : { c, way, found, job, driver };',
        'return job === null ? null : { c, way, found, job: { ...job, id: `${job.id}/${found.startRight?.number ?? 1}` }, driver };',
      ),
    ],
    [fewSeeds],
  ),
];
