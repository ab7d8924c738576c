import { fork, pair, scenario, single } from './scenario.ts';
import { small } from './scenarios.ts';
import { search } from './search.ts';

test.each(small)('no interleaving breaks a law: $scenario.name', async ({ scenario: one }) => {
  const { complete, violation } = await search(one);
  expect({ complete, violation }).toEqual({ complete: true, violation: null });
});

test('a target that keeps no tombstones, and a call that lasts longer than anybody waits: the shortest way to a law that is broken', async () => {
  const frozen = scenario({ name: 'frozen', components: pair, tombstones: false, patient: false, budget: { cancel: 1, late: 1 } });
  const { violation } = await search(frozen);
  expect(violation?.broken).toEqual(['13 the start of a/deploy took effect after its job was closed']);
  expect(violation?.trace.at(-1)).toEqual('the start of a/deploy arrives late');
});

test.each([{ crash: 1 }, { repeat: 1 }, { cancel: 1 }, { late: 1, cancel: 1 }, { failure: 1 }, { reorder: 1, cancel: 1 }, { abandon: 1 }])(
  'what commutes may be taken first: fewer states, the same ends: %j',
  async (budget) => {
    const given = { name: 'cut', components: single, budget, instances: 'each' } as const;
    const cut = await search(scenario(given));
    const whole = await search(scenario({ ...given, ahead: false }));
    expect(cut.states).toBeLessThan(whole.states);
    expect({ ...cut, states: 0, steps: 0, depth: 0 }).toEqual({ ...whole, states: 0, steps: 0, depth: 0 });
  },
);

test.each([{ crash: 1 }, { repeat: 2 }, { late: 1 }, { reorder: 1 }, { failure: 1 }])(
  'handlers that are not mixed with each other: fewer states, the same ends: %j',
  async (budget) => {
    const given = { name: 'whole', components: single, budget, instances: 'each' } as const;
    const mixed = await search(scenario(given));
    const whole = await search(scenario({ ...given, handlers: 'whole' }));
    expect(whole.states).toBeLessThan(mixed.states);
    expect({ ...whole, states: 0, steps: 0, depth: 0 }).toEqual({ ...mixed, states: 0, steps: 0, depth: 0 });
  },
);

test.each([
  [single, { crash: 1, cancel: 1 }],
  [single, { repeat: 1, late: 1, cancel: 1 }],
  [pair, { reorder: 1, cancel: 1 }],
  [pair, { crash: 1 }],
  [fork, { repeat: 1 }],
] as const)('whose turn it is not would come to nothing else: fewer states, the same ends: %j %j', async (components, budget) => {
  const given = { name: 'turns', components, budget, instances: 'each', handlers: 'whole' } as const;
  const cut = await search(scenario(given));
  const whole = await search(scenario({ ...given, ahead: false }));
  expect(cut.states).toBeLessThan(whole.states);
  expect({ ...cut, states: 0, steps: 0, depth: 0 }).toEqual({ ...whole, states: 0, steps: 0, depth: 0 });
});
