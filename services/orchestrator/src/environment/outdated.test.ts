import type { FreeLease } from '@srm/schemas';
import { playing } from '../testing.ts';
import { environmentDecider } from './index.ts';

const place = { tenant: 'acme', environment: 'development' };
type Outcome = FreeLease['data']['outcome'];

const resource = (component: string, operation: string, url: string, state: Outcome[number]['state'] = 'running'): Outcome[number] => ({
  component,
  state,
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
});
const consumers = [{ component: 'shop/web', of: 'shop/cart', output: 'url' }];

/** Both run, and web uses what the cart gives. */
function running() {
  const environment = playing(environmentDecider, 'environment/acme/development');
  const lap = (operation: string, outcome: Outcome, using: FreeLease['data']['consumers'] = null) => {
    environment.given({
      type: 'RequestLease',
      data: { ...place, operation, components: outcome.map(({ component }) => component), upon: null },
    });
    const about = { product: 'shop', release: null, ending: null, of: null, from: null };
    const { events } = environment.given({
      type: 'FreeLease',
      data: { ...place, operation, outcome, last: true, consumers: using, ...about },
    });
    return events.flatMap((event) => (event.type === 'ResourceOutdated' ? [event.data] : []));
  };
  lap('first', [resource('shop/cart', 'first', 'http://a'), resource('shop/web', 'first', 'http://web')]);
  return { environment, lap };
}
const outdated = { ...place, component: 'shop/web', outputs: [{ name: 'cart.url', was: 'http://a' }] };

test('what runs with an output that is another one now is outdated; with one that stayed it is not', () => {
  const { environment, lap } = running();
  expect(lap('same', [resource('shop/cart', 'same', 'http://a')], consumers)).toEqual([]);
  expect(lap('other', [resource('shop/cart', 'other', 'http://b')], consumers)).toEqual([{ ...outdated, operation: 'other' }]);
  expect(environment.state.outdated).toEqual(new Map([['shop/web', outdated.outputs]]));
});

test('it is outdated until what it runs with is given again, by whomever, also after another change', () => {
  const { environment, lap } = running();
  lap('other', [resource('shop/cart', 'other', 'http://b')], consumers);
  expect(lap('third', [resource('shop/cart', 'third', 'http://c')], consumers)).toEqual([]);
  expect(lap('back', [resource('shop/cart', 'back', 'http://a')], consumers)).toEqual([{ ...outdated, operation: 'back', outputs: [] }]);
  expect(environment.state.outdated).toEqual(new Map());
});

test('a deploy of it, or its end, configures it anew; a stop and a start do not', () => {
  const { environment, lap } = running();
  lap('other', [resource('shop/cart', 'other', 'http://b')], consumers);
  lap('stop', [{ ...resource('shop/web', 'stop', '', 'stopped'), image: '', deployed: null }]);
  lap('start', [{ ...resource('shop/web', 'start', ''), image: '', deployed: null }]);
  expect([...environment.state.outdated.keys()]).toEqual(['shop/web']);
  lap('deploy', [resource('shop/web', 'deploy', 'http://web')]);
  expect([...environment.state.outdated.keys()]).toEqual([]);
});

test('of what is not certain nothing is said; what went and comes again with what it gave changes nothing', () => {
  const { environment, lap } = running();
  expect(lap('odd', [resource('shop/cart', 'odd', 'http://b', 'uncertain')], consumers)).toEqual([]);
  const { environment: other, lap: otherLap } = running();
  otherLap('gone', [{ ...resource('shop/cart', 'gone', '', 'absent'), image: '', outputs: [], deployed: null }]);
  expect(otherLap('again', [resource('shop/cart', 'again', 'http://a')], consumers)).toEqual([]);
  expect([environment.state.outdated.size, other.state.outdated.size]).toEqual([0, 0]);
});
