import type { FreeLease } from '@srm/schemas';
import type { Want } from '@srm/definitions';
import { environmentDecider } from '../environment/index.ts';
import type { EnvironmentState } from '../environment/state.ts';
import { outcomeOf } from '../operation/outcome.ts';
import type { OperationInput } from '../operation/events.ts';
import { newStep } from '../operation/evolve.ts';
import { emptyOperation, type Operation, type Step } from '../operation/state.ts';
import { request } from '../operation/testing.ts';
import { playing } from '../testing.ts';
import type { Plan, PlanInput } from './plan.ts';
import { beforeOf, nothingBefore } from './before.ts';
import { input, planned } from './testing.ts';

type Asked = Extract<OperationInput, { type: 'RequestOperation' }>['data'];
type Given = Parameters<typeof input>[1];

/** An environment in which plans are carried out one after the other: all their steps succeed. For tests of plans that go back to what was. */
export function history(text: string) {
  const environment = playing(environmentDecider, 'environment/default/development');
  const operations = new Map<string, Operation>();
  const product = input(text).product.metadata.name;
  const now = (asked: Partial<PlanInput['request']>, more: Given = {}, definitions = text): PlanInput =>
    input(definitions, {
      ...more,
      request: asked,
      running: [...environment.state.running.values()],
      before: {
        ...nothingBefore,
        outdated: environment.state.outdated,
        changed: environment.state.changed,
        takenBack: environment.state.takenBack,
        number: environment.state.number,
        tried: new Map(environment.state.tried.get(product)),
        operations,
      },
    });
  const carriedOut = (id: string, plan: Plan, asked: Partial<Asked>, release: string | null, from: string | null): Operation => {
    const data = { operation: id, tenant: 'default', environment: 'development' };
    environment.given({ type: 'RequestLease', data: { ...data, components: plan.lease, upon: null } });
    const operation = operationOf(id, plan, { ...asked, product }, release, environment.state);
    operations.set(id, operation);
    const brings = ['deploy', 'release', 'rollback'].includes(asked.kind ?? '');
    const ending = { product, release: brings ? release : null, ending: 'OperationSucceeded', of: asked.of ?? null, from };
    const free: FreeLease = {
      type: 'FreeLease',
      data: { ...data, outcome: outcomeOf(operation), unpublished: null, last: true, ...ending },
    };
    environment.given(free);
    return operation;
  };
  return {
    environment,
    operations,
    now,
    /** As the planner loads it: only the operations that it needs. */
    loaded: async (asked: Partial<PlanInput['request']>, more: Given = {}, definitions = text): Promise<PlanInput> => {
      const whole = now(asked, more, definitions);
      const load = async (id: string): Promise<Operation> => {
        const found = operations.get(id);
        if (found === undefined) throw new Error(`no operation ${id}`);
        return found;
      };
      return { ...whole, before: await beforeOf(whole.request, environment.state, load) };
    },
    /** Plans and carries out. */
    run: (
      id: string,
      asked: Partial<Asked>,
      more: Given = {},
      release: string | null = asked.release ?? null,
      definitions = text,
      from: string | null = null,
    ): Plan => {
      const { deadline: _deadline, ...wanted } = asked; // the planner's is another one
      const plan = planned(now(wanted, more, definitions));
      carriedOut(id, plan, asked, release, from);
      return plan;
    },
  };
}

function operationOf(id: string, plan: Plan, asked: Partial<Asked>, release: string | null, environment: EnvironmentState): Operation {
  const made = request({ operation: id, ...asked });
  if (made.type !== 'RequestOperation') throw new Error('no request');
  const operation = emptyOperation(`operation/${id}`);
  operation.request = made.data;
  operation.ended = 'OperationSucceeded';
  operation.fence = environment.fence;
  operation.plan = { ...plan, operation: id, slices: 1, steps: plan.steps.length, version: null, release, remarks: null };
  for (const step of plan.steps) operation.steps.set(step.id, succeeded(step, valuesFor(step, plan, made.data.product, environment)));
  return operation;
}

/** What others give, by this plan or as they run. */
function valuesFor({ component }: Step['plan'], plan: Plan, product: string, { running }: EnvironmentState): string {
  const wants = valueIn(plan.steps.find(({ id }) => id === `${component}/configure`)?.inputs, 'wants') as readonly Want[] | null;
  const given = (wants ?? []).flatMap(({ name, component: giver, output }) => {
    const deploy = plan.steps.find(({ id }) => id === `${giver}/deploy`);
    const outputs = deploy === undefined ? running.get(`${product}/${giver}`)?.outputs : outputsIn(deploy);
    const value = outputs?.find((one) => one.name === output)?.value;
    return value === undefined ? [] : [[name, value]];
  });
  return JSON.stringify(Object.fromEntries(given));
}

const valueIn = (inputs: Step['plan']['inputs'] | undefined, wanted: string): unknown =>
  JSON.parse(inputs?.find(({ name }) => name === wanted)?.value ?? 'null');

const succeeded = (plan: Step['plan'], values: string): Step => ({
  ...newStep(plan, null),
  state: 'succeeded',
  attempt: 1,
  report: 1,
  effect: 'done',
  inputs: plan.inputs.map(({ name, value, output }) => ({ name, value: value ?? (name === 'values' ? values : `${output} then`) })),
  outputs: plan.phase === 'deploy' ? outputsIn(plan) : [],
});

const outputsIn = ({ inputs }: Step['plan']): Step['outputs'] =>
  Object.entries((valueIn(inputs, 'outputs') ?? {}) as Record<string, string>).map(([name, template]) => ({
    name,
    value: template.replace(/\$\{[^}]*\}/g, 'x'),
    secret: false,
  }));
