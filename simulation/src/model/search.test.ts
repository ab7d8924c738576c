import { scenario, pair } from './scenario.ts';
import { small } from './scenarios.ts';
import { search } from './search.ts';

test.each(small)('no interleaving breaks a law: $name', async (one) => {
  const { complete, violation } = await search(one);
  expect({ complete, violation }).toEqual({ complete: true, violation: null });
});

test('a target that keeps no tombstones, and a call that lasts longer than anybody waits: the shortest way to a law that is broken', async () => {
  const frozen = scenario({ name: 'frozen', components: pair, tombstones: false, patient: false, budget: { cancel: 1, late: 1 } });
  const { violation } = await search(frozen);
  expect(violation?.broken).toEqual(['13 the start of a/deploy took effect after its job was closed']);
  expect(violation?.trace.at(-1)).toEqual('the start of a/deploy arrives late');
});
