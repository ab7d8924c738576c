import type { Step } from './api.ts';
import { httpClient } from './client.ts';
import { looking } from './looking.ts';
import { at, operation, step } from './testing/samples.ts';
import { scriptedServer } from './testing/scripted-server.ts';
import type { Reply } from './testing/scripted-server.ts';

type Script = Readonly<{ operations: readonly Reply[]; steps: readonly Reply[] }>;

/** What is asked of the steps, in short: `all`, or the names. */
async function asking(
  script: Script,
  now: () => number,
  play: (look: ReturnType<typeof looking>) => Promise<void>,
): Promise<readonly string[]> {
  const server = await scriptedServer({ 'GET /v1/operations/op-1': script.operations, 'GET /v1/operations/op-1/steps': script.steps });
  const client = httpClient({ server: server.address, actor: 'ann', newId: () => 'key', fetch, sleep: () => Promise.resolve() });
  try {
    await play(looking(client, 'op-1', now));
    const queries = server.sent.flatMap(({ url }) => (url.includes('/steps') ? [new URL(url, server.address).searchParams] : []));
    return queries.map((query) => query.get('named') ?? 'all');
  } finally {
    await server.close();
  }
}

const page = (steps: readonly Step[]): Reply => ({ json: { items: steps, next: null } });
const running = (number: number): Reply => ({ json: operation({ status: 'running', number }) });
const heard = (number: number, step: string) => [{ number, type: 'StepSucceeded', step }];
const many = Array.from({ length: 900 }, (_, n) => step(`c${n}/deploy`, { dependsOn: n === 7 ? ['c0/deploy'] : [] }));

test('an event costs the steps it is about and those that wait for them, not all there are', async () => {
  const done = step('c0/deploy', { state: 'succeeded' });
  const asked = await asking(
    { operations: [running(10), running(11)], steps: [page(many), page([done])] },
    () => 0,
    async (look) => {
      await look([]);
      const { steps } = await look(heard(11, 'c0/deploy'));
      expect([steps.length, steps[0]]).toEqual([900, done]);
      await look([]);
    },
  );
  expect(asked).toEqual(['all', 'c0/deploy,c7/deploy']);
});

test('of many that changed at once so many are asked for as fit into an address', async () => {
  const asked = await asking(
    { operations: [running(10), running(200)], steps: [page(many), page([])] },
    () => 0,
    async (look) => {
      await look([]);
      await look(Array.from({ length: 120 }, (_, n) => ({ number: 11 + n, type: 'StepStarted', step: `c${n + 100}/deploy` })));
    },
  );
  expect(asked.map((names) => names.split(',').length)).toEqual([1, 50, 50, 20]);
});

test('what was heard is asked for until the view of the operation has it, also when a reading failed', async () => {
  const away: Reply = { status: 503, json: { title: 'Draining', status: 503 } };
  const asked = await asking(
    { operations: [running(10), away, running(10), running(11)], steps: [page(many), page([])] },
    () => 0,
    async (look) => {
      await look([]);
      await expect(look(heard(11, 'c1/deploy'))).rejects.toThrow('Draining');
      await look([]);
      await look([]);
      await look([]);
    },
  );
  expect(asked).toEqual(['all', 'c1/deploy', 'c1/deploy']);
});

test('where the operation itself waits for something else, all steps are read', async () => {
  const held: Reply = { json: operation({ status: 'held', number: 11 }) };
  const asked = await asking(
    { operations: [running(10), held], steps: [page(many)] },
    () => 0,
    async (look) => {
      await look([]);
      await look([]);
      await look([]);
    },
  );
  expect(asked).toEqual(['all', 'all']);
});

test('once everything is built, all that waited for it is read again, and what a bridge has not begun now and then', async () => {
  const barrier = step('b/deploy', { waitingFor: [{ for: 'barrier', what: '1', operations: [], since: null, text: '' }] });
  const before = [step('a/compile', { state: 'requested', since: at(1) }), barrier];
  const built = [step('a/compile', { state: 'succeeded' })];
  let time = 0;
  const asked = await asking(
    {
      operations: [running(10), running(10), running(11)],
      steps: [page(before), page(before.slice(0, 1)), page(built), page([...built, step('b/deploy')])],
    },
    () => time,
    async (look) => {
      await look([]);
      time = 20_000;
      await look([]);
      await look(heard(11, 'a/compile'));
    },
  );
  expect(asked).toEqual(['all', 'a/compile', 'a/compile', 'all']);
});
