import fc from 'fast-check';
import type { Documents } from '@srm/documents';
import { TransientError } from '@srm/messaging';
import type { Envelope } from '@srm/schemas';
import { queryApi } from './query-api.ts';
import { rebuild } from './rebuild.ts';
import {
  asks,
  cancels,
  codec,
  completed,
  ends,
  fails,
  goodStory,
  handed,
  key,
  memory,
  operation,
  planned,
  progresses,
  received,
  requested,
  silent,
  starts,
  stillClock,
  succeeds,
  told,
  viewBytes,
} from './testing.ts';
import type { OperationEvent } from './views/events.ts';
import { noCounts, unknownOperation, type OperationView, type StepView } from './views/operation-view.ts';
import { project, stepsOf } from './views/project.ts';

/** Some life of one step: attempts that fail, then an end, or none. */
const life = (id: string) =>
  fc
    .record({
      tries: fc.integer({ min: 0, max: 2 }),
      begins: fc.boolean(),
      moves: fc.integer({ min: 0, max: 3 }),
      end: fc.constantFrom('ok', 'bad', 'gone', 'open'),
    })
    .map(({ tries, begins, moves, end }): readonly OperationEvent[] => {
      const events: OperationEvent[] = [];
      for (let attempt = 1; attempt <= tries; attempt++) events.push(asks(id, attempt), fails(id, 1000, attempt));
      const last = tries + 1;
      events.push(asks(id, last));
      if (begins) events.push(starts(id, last));
      for (let done = 0; done < moves; done++) events.push(progresses(id, done, last));
      if (end === 'ok') events.push(succeeds(id, last));
      if (end === 'bad') events.push(fails(id, null, last));
      if (end === 'gone') events.push(cancels(id, last));
      return events;
    });

const ids = ['a/compile', 'a/deploy', 'b/compile', 'b/deploy'];

/** Histories in which the lives of steps are mixed, an undo among them. */
const history = fc
  .record({
    lives: fc.tuple(...ids.map(life)),
    undo: life('a/deploy/undo'),
    order: fc.array(fc.nat(3), { maxLength: 60 }),
    ended: fc.boolean(),
  })
  .map(({ lives, undo, order, ended }) => {
    const queues = lives.map((events) => [...events]);
    const mixed = [...order, 0, 1, 2, 3].flatMap((index, place) =>
      place < order.length ? (queues[index]?.splice(0, 1) ?? []) : (queues[index]?.splice(0) ?? []),
    );
    const undone = undo.map((event) => (event.type === 'StepRequested' ? asks('a/deploy/undo', event.data.attempt, 'a/deploy') : event));
    const plan = [
      requested(),
      planned(0, { 'a/compile': [], 'a/deploy': ['a/compile'] }),
      planned(1, { 'b/compile': [], 'b/deploy': ['a/deploy'] }),
      completed(4),
    ];
    return told(key, [...plan, ...mixed, ...undone, ...(ended ? [ends('OperationFailed', 'it failed')] : [])]);
  });

/** How the events come: pieces in any order, some of them again. */
const arrival = (events: readonly Envelope<OperationEvent>[]) =>
  fc
    .array(fc.nat(events.length - 1), { maxLength: 40 })
    .chain((again) =>
      fc
        .shuffledSubarray([...events, ...again.flatMap((index) => events[index] ?? [])], { minLength: events.length })
        .map((mixed) => [...mixed, ...events]),
    );

const consume = (documents: Documents) => {
  const service = queryApi({ documents, codec, clock: stillClock(), newId: () => 'id', actor: 'me', log: silent });
  const [events] = service.consumes;
  if (events === undefined) throw new Error('reads no events');
  return async (messages: readonly Envelope[]) => handed(events, await received(messages));
};

async function told1by1(documents: Documents, events: readonly Envelope[], size: number): Promise<void> {
  const take = consume(documents);
  for (let at = 0; at < events.length; at += size) await take(events.slice(at, at + size));
}

function independent(events: readonly Envelope<OperationEvent>[]): Readonly<{ view: OperationView; steps: ReadonlyMap<string, StepView> }> {
  let view = unknownOperation(operation);
  const steps = new Map<string, StepView>();
  for (const event of events) {
    const next = project({ operation: view, steps: stepsOf(event).flatMap((id) => steps.get(id) ?? []) }, event);
    view = next.operation;
    for (const step of next.steps) steps.set(step.id, step);
  }
  return { view, steps };
}

test('in whatever order and however often events come, the views are those of a plain fold', async () => {
  const told = history.chain((events) => fc.tuple(fc.constant(events), arrival(events), fc.integer({ min: 1, max: 7 })));
  await fc.assert(
    fc.asyncProperty(told, async ([events, came, size]) => {
      const documents = memory();
      await told1by1(documents, came, size);
      const { view, steps } = independent(events);
      expect(await documents.collection('operations').find({}).toArray()).toEqual([view]);
      const byId = [...steps.values()].sort((a, b) => (a._id < b._id ? -1 : 1));
      expect(
        await documents
          .collection('steps')
          .find({}, { sort: { _id: 1 } })
          .toArray(),
      ).toEqual(byId);
    }),
    { numRuns: 15 },
  );
});

test('the counts are those of the steps', async () => {
  await fc.assert(
    fc.property(history, (events) => {
      const { view, steps } = independent(events);
      const counted = (undo: boolean) => {
        const counts = { ...noCounts };
        for (const step of steps.values()) if ((step.undoes !== null) === undo) counts[step.state] += 1;
        return counts;
      };
      expect([view.counts, view.undoCounts]).toEqual([counted(false), counted(true)]);
    }),
    { numRuns: 200 },
  );
});

test('dropped and folded again, the views are the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.integer({ min: 1, max: 9 }), async (events, size) => {
      const documents = memory();
      await told1by1(documents, events, size);
      const before = await viewBytes(documents);
      await rebuild({ documents, codec, clock: stillClock(), log: silent });
      expect(await viewBytes(documents)).toEqual(before);
    }),
    { numRuns: 6 },
  );
});

const place = { tenant: 'default', environment: 'test', operation };
const about = { tenant: 'default', product: 'shop', operation };
const document = { kind: 'Product', name: 'shop', revision: 1, digest: 'sha256:d' };
const built = { name: 'store', revision: 'r', artifact: 'bpr:store', image: null };
const everything: readonly Envelope[] = [
  ...told(key, goodStory),
  ...told('environment/default/test', [
    { type: 'EnvironmentLeased', data: { ...place, components: ['shop/store', 'shop/web'], fence: 1 } },
    { type: 'EnvironmentFreed', data: { ...place, held: true } },
    { type: 'EnvironmentLeased', data: { ...place, components: ['shop/web'], fence: 2 } },
  ]),
  ...told('releases/default/shop', [
    { type: 'VersionTaken', data: { ...about, version: '1', contentDigest: 'sha256:c' } },
    { type: 'ReleaseOpened', data: { ...about, version: '1', contentDigest: 'sha256:c', components: [built], from: null } },
    { type: 'ReleaseExtended', data: { ...about, version: '1', components: [built, { ...built, name: 'web' }] } },
  ]),
  ...told('definitions/default', [
    {
      type: 'DefinitionsAccepted',
      data: {
        tenant: 'default',
        requestId: 'r',
        bodyDigest: 'sha256:b',
        documents: [document],
        actor: { name: 'me', authenticated: false },
      },
    },
    { type: 'DefinitionsRefused', data: { tenant: 'default', requestId: 'q', reason: 'no', errors: [] } },
  ]),
];

test('it may die at any write: told again, and after a rebuild, the views are the same bytes', async () => {
  const whole = memory();
  await told1by1(whole, everything, 5);
  const bytes = await viewBytes(whole);
  for (let writes = 0; ; writes++) {
    const documents = memory();
    const died = await told1by1(dying(documents, writes), everything, 5).then(
      () => false,
      () => true,
    );
    await told1by1(documents, everything, 3);
    expect(await viewBytes(documents)).toEqual(bytes);
    if (died) continue;
    await rebuild({ documents, codec, clock: stillClock(), log: silent });
    expect(await viewBytes(documents)).toEqual(bytes);
    return;
  }
});

/** Documents of a process that dies after so many writes. */
function dying(documents: Documents, writes: number): Documents {
  let left = writes;
  const names = new Set<PropertyKey>(['insertOne', 'updateOne', 'replaceOne']);
  return {
    collection: (name) =>
      new Proxy(documents.collection(name), {
        get(target, method, receiver): unknown {
          if (names.has(method) && left-- <= 0) return () => Promise.reject(new TransientError('dead'));
          return Reflect.get(target, method, receiver);
        },
      }),
  };
}
