import type { Note, Plain } from './replay.ts';
import { planOf, type Scenario } from './scenario.ts';
import type { Serving } from './serving.ts';
import { successors, type Stepping } from './steps.ts';
import { withAt, type State } from './state.ts';
import { anybody } from './turns.ts';

/** Everything planned, nothing begun: the search begins where the operations have their plans. */
export async function initial(on: Stepping): Promise<State> {
  const { keys, components, budget } = on.scenario;
  const zeros = keys.map(() => 0);
  const judge = { caches: zeros, handling: zeros };
  const none = { handling: {}, carrying: {} };
  const begin: State = {
    stored: keys.map((key) => on.library.nodes.root(key)),
    published: zeros,
    inputs: keys.map(() => []),
    commands: {},
    past: {},
    timers: { set: [], fired: [] },
    book: {},
    target: {
      jobs: {},
      tombstones: [],
      flying: [],
      deployed: Object.fromEntries(Object.keys(components).map((name) => [name, 'old'])),
      fences: {},
    },
    judges: [judge, judge],
    bridges: [none, none],
    budget: Object.fromEntries(Object.keys(budget).map((name) => [name, 0])) as State['budget'],
    turn: anybody,
  };
  let state = begin;
  for (const [n, key] of keys.entries())
    if (key.startsWith('operation/')) for (const note of planning(on, key)) state = await judged(on, state, n, note);
  return { ...state, budget };
}

/** One input, until its handler is through: nothing else moves. */
async function judged(on: Stepping, state: State, n: number, note: Note): Promise<State> {
  const before = state.inputs[n] ?? [];
  let after: State = { ...state, inputs: withAt(state.inputs, n, [on.library.notes.id(note)]) };
  for (;;) {
    const steps = await successors({ ...on, scenario: { ...on.scenario, batches: false } }, after);
    const step = steps.find(({ label }) => label.startsWith(on.scenario.keys[n] ?? ''));
    if (step === undefined) throw new Error(`the plan of ${note.key} cannot be judged: ${note.type}`);
    after = step.to;
    if (after.judges[0].handling[n] === 0) break;
  }
  const kept = (id: number): boolean => on.library.notes.of(id).type !== 'DescribeEnvironment';
  const inputs = after.inputs.map((bag, at) => (at === n ? [...before] : bag.filter(kept)));
  return { ...after, inputs };
}

const actor = { name: 'li', authenticated: false };

function planning({ scenario }: Serving, key: string): readonly Note[] {
  const operation = key.slice('operation/'.length);
  const note = (type: string, data: object): Note => ({
    topic: 'inputs',
    key,
    type,
    number: null,
    data: { operation, ...data } as unknown as Plain,
  });
  const documents = ['Product', 'Environment'].map((kind) => ({ kind, name: 'x', revision: 1, digest: `sha256:${kind}` }));
  const steps = planOf(scenario);
  const lease = Object.keys(scenario.components).map((name) => `shop/${name}`);
  const planDigest = 'sha256:plan';
  const made = { planDigest, slices: 1, steps: steps.length, pipeline: 'eager', protected: false, lease };
  return [
    note('RequestOperation', request(scenario, operation)),
    note('DefinitionsDescribed', { number: 1, documents }),
    note('EnvironmentDescribed', { environment: 'development', number: 1, fence: 0 }),
    note('ReleaseDescribed', { product: 'shop', version: '1', number: 1, definition: null, manifest: null }),
    note('PlanSliced', { planDigest, slice: 0, steps }),
    note('PlanMade', made),
  ];
}

const request = ({ onFailure }: Scenario, operation: string) => ({
  tenant: 'acme',
  key: operation,
  bodyDigest: 'sha256:b',
  kind: 'deploy',
  product: 'shop',
  components: [],
  version: null,
  release: '1',
  environment: 'development',
  perComponent: [],
  pipeline: null,
  onFailure,
  reason: null,
  labels: [],
  expectedPlan: null,
  preview: false,
  actor,
  force: null,
});
