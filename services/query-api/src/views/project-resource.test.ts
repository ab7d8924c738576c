import type { Envelope } from '@srm/schemas';
import type { EnvironmentEvent } from './events.ts';
import { projectResource } from './project-resource.ts';
import type { ResourceView } from './other-views.ts';

const place = { tenant: 'acme', environment: 'development' };
const address = 'acme/development/shop/web';
let sequence = 0;
const said = (event: EnvironmentEvent): Envelope<EnvironmentEvent> => ({
  ...event,
  id: 'e',
  source: '/srm/orchestrator',
  subject: 'environment/acme/development',
  time: `2026-11-24T08:00:0${(sequence += 1)}.000Z`,
  sequence,
  correlationid: 'c',
  causationid: null,
  traceparent: null,
});
const changed = (operation: string, deployed: string, state: 'running' | 'stopped' | 'absent' = 'running'): EnvironmentEvent => ({
  type: 'ResourceChanged',
  data: {
    ...place,
    component: 'shop/web',
    state,
    version: 'r1',
    image: 'sha256:i',
    spec: 'single',
    parameters: '{}',
    configuration: 'sha256:c',
    outputs: [],
    operation,
    fence: 1,
    replicas: 1,
    deployed,
    given: [],
  },
});
const outdated = (...names: readonly string[]): EnvironmentEvent => ({
  type: 'ResourceOutdated',
  data: { ...place, component: 'shop/web', operation: 'other', outputs: names.map((name) => ({ name, was: 'http://a' })) },
});

/** What is shown of it after each event. */
function shown(...events: readonly EnvironmentEvent[]): readonly unknown[] {
  sequence = 0;
  let view: ResourceView | null = null;
  return events.map((event) => (view = projectResource(view, address, said(event))).configurationOutdated);
}

const since = '2026-11-24T08:00:02.000Z';
const shows = (...outputs: readonly string[]) => ({ since, operation: 'other', outputs });

test('a resource is shown with outputs that are other ones by now, since when and by which operation, until they are given again', () => {
  expect(shown(changed('a', 'a'), outdated('cart.url'), outdated())).toEqual([null, shows('cart.url'), null]);
});

test('a stop leaves it outdated; a deploy and its end do not', () => {
  expect(shown(changed('a', 'a'), outdated('cart.url'), changed('b', 'a', 'stopped'), changed('c', 'c'))).toEqual([
    null,
    shows('cart.url'),
    shows('cart.url'),
    null,
  ]);
  expect(shown(changed('a', 'a'), outdated('cart.url'), changed('b', 'a', 'absent'))).toEqual([null, shows('cart.url'), null]);
});
