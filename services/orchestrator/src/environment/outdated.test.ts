import type { FreeLease } from '@srm/schemas';
import { playing } from '../testing.ts';
import { environmentDecider } from './index.ts';

const place = { tenant: 'acme', environment: 'development' };
type Outcome = FreeLease['data']['outcome'];

const resource = (component: string, operation: string, url: string, more: Partial<Outcome[number]> = {}): Outcome[number] => ({
  component,
  state: 'running',
  version: 'r1',
  image: 'sha256:i',
  spec: 'single',
  parameters: '{}',
  configuration: 'sha256:c',
  outputs: [{ name: 'url', value: url, secret: false }],
  operation,
  fence: 1,
  replicas: 1,
  deployed: operation,
  given: [],
  ...more,
});
const cart = (operation: string, url: string, more: Partial<Outcome[number]> = {}) => resource('shop/cart', operation, url, more);
/** It uses what the cart gives. */
const web = (operation: string, given: string, more: Partial<Outcome[number]> = {}) =>
  resource('shop/web', operation, 'http://web', { given: [{ name: 'cart.url', value: given }], ...more });
const later = { image: '', deployed: null, given: null };

/** Both run. */
function running() {
  const environment = playing(environmentDecider, 'environment/acme/development');
  /** An operation that has done this; each of the lists is said by itself. */
  const lap = (operation: string, ...outcomes: readonly Outcome[]) => told(operation, null, outcomes);
  const told = (operation: string, unpublished: readonly string[] | null, outcomes: readonly Outcome[]) => {
    const components = outcomes.flat().map(({ component }) => component);
    environment.given({ type: 'RequestLease', data: { ...place, operation, components, upon: null } });
    const about = { product: 'shop', release: null, ending: null, of: null, from: null, unpublished };
    return outcomes.flatMap((outcome, n) => {
      const last = n === outcomes.length - 1;
      const { events } = environment.given({ type: 'FreeLease', data: { ...place, operation, outcome, last, ...about } });
      return events.flatMap((event) => (event.type === 'ResourceOutdated' ? [event.data] : []));
    });
  };
  lap('first', [cart('first', 'http://a'), web('first', 'http://a')]);
  return { environment, lap, told };
}
const outdated = { ...place, component: 'shop/web', outputs: [{ name: 'cart.url', was: 'http://a' }] };

test('what runs with an output that is another one now is outdated; with one that stayed it is not', () => {
  const { environment, lap } = running();
  expect(lap('same', [cart('same', 'http://a')])).toEqual([]);
  expect(lap('other', [cart('other', 'http://b')])).toEqual([{ ...outdated, operation: 'other' }]);
  expect(environment.state.outdated).toEqual(new Map([['shop/web', outdated.outputs]]));
});

test('it is outdated until what it runs with is given again, by whomever, also after another change', () => {
  const { environment, lap } = running();
  lap('other', [cart('other', 'http://b')]);
  expect(lap('third', [cart('third', 'http://c')])).toEqual([]);
  expect(lap('back', [cart('back', 'http://a')])).toEqual([{ ...outdated, operation: 'back', outputs: [] }]);
  expect(environment.state.outdated).toEqual(new Map());
});

test('a deploy of it, or its end, configures it anew; a stop and a start do not', () => {
  const { environment, lap } = running();
  lap('other', [cart('other', 'http://b')]);
  lap('stop', [web('stop', '', { ...later, state: 'stopped' })]);
  lap('start', [web('start', '', later)]);
  expect([...environment.state.outdated.keys()]).toEqual(['shop/web']);
  lap('deploy', [web('deploy', 'http://b')]);
  expect([...environment.state.outdated.keys()]).toEqual([]);
});

test('of what is not certain nothing is said; what went and comes again is judged by what it gives then', () => {
  const { environment, lap } = running();
  expect(lap('odd', [cart('odd', 'http://b', { state: 'uncertain' })])).toEqual([]);
  expect(lap('gone', [cart('gone', '', { ...later, state: 'absent' })])).toEqual([]);
  expect(lap('again', [cart('again', 'http://a')])).toEqual([]);
  lap('away', [cart('away', '', { ...later, state: 'absent' })]);
  expect(lap('elsewhere', [cart('elsewhere', 'http://b')])).toEqual([{ ...outdated, operation: 'elsewhere' }]);
  expect(lap('vague', [web('vague', 'http://b', { state: 'uncertain', given: null })])).toEqual([]);
  expect([...environment.state.outdated.keys()]).toEqual([]);
});

test('who was to be configured anew by the same operation, and was not reached, is outdated, too; who was, is not, whichever is told first', () => {
  const { environment, lap } = running();
  // It was to deploy web as well, failed before, and kept what it had done.
  expect(lap('failed', [cart('failed', 'http://b')])).toEqual([{ ...outdated, operation: 'failed' }]);
  // Its undo: web runs with what is given again.
  expect(lap('undo', [cart('undo', 'http://a')])).toEqual([{ ...outdated, operation: 'undo', outputs: [] }]);
  expect(lap('both', [cart('both', 'http://b')], [web('both', 'http://b')])).toEqual([]);
  expect(lap('turned', [web('turned', 'http://c')], [cart('turned', 'http://c')])).toEqual([]);
  expect(environment.state.outdated).toEqual(new Map());
});

test('what was deployed, and whose outputs were not published, gives what it gave before', () => {
  const { environment, told } = running();
  expect(told('unpublished', ['shop/cart'], [[cart('unpublished', 'http://b')]])).toEqual([]);
  expect(environment.state.running.get('shop/cart')?.outputs.map(({ value }) => value)).toEqual(['http://a']);
});

test('what another operation is changing is judged once that has ended', () => {
  const { environment, lap } = running();
  environment.given({ type: 'RequestLease', data: { ...place, operation: 'held', components: ['shop/cart'], upon: null } });
  // It has published another address already, and stands.
  expect(lap('web', [web('web', 'http://b')])).toEqual([]);
  expect(environment.state.outdated).toEqual(new Map());
});

test('what is long is named only: all marks of an ending are one decision', () => {
  const { lap } = running();
  const long = `http://${'a'.repeat(60)}`;
  lap('long', [cart('long', long), web('long', long)]);
  expect(lap('other', [cart('other', 'http://b')])).toEqual([
    { ...outdated, operation: 'other', outputs: [{ name: 'cart.url', was: null }] },
  ]);
});
