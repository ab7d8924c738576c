import fc from 'fast-check';
import type { Envelope } from '@srm/schemas';
import { advance } from '../advance.ts';
import type { OperationEvent, OperationInput } from './events.ts';
import { operationDecider } from './index.ts';
import type { PlanStep } from './state.ts';
import { act, cancel, cancelled, envelope, failed, leased, operationId, planning, request, step, succeeded } from './testing.ts';

export type Run = Readonly<{
  plan: readonly PlanStep[];
  inputs: readonly Envelope<OperationInput>[];
  events: readonly Envelope<OperationEvent>[];
}>;

/** A product of random components: some are built, each depends on some before it. */
const products = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat({ max: 7 }), { maxLength: 3 }),
      publishes: fc.boolean(),
      undo: fc.constantFrom('auto' as const, 'auto' as const, 'auto' as const, 'hold' as const, 'keep' as const, 'command' as const),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((components) =>
    components.flatMap(({ needs, publishes, undo }, n) => {
      const before = [...new Set(needs.filter((other) => other < n))];
      const ups = before.map((other) => (components[other]?.publishes === true ? `c${other}/publish` : `c${other}/deploy`));
      const own = [
        step(`c${n}/compile`),
        step(`c${n}/package`, [`c${n}/compile`]),
        step(`c${n}/deploy`, [`c${n}/package`, ...ups], { attempts: 2, undo }),
      ];
      const stays = undo === 'hold' || undo === 'keep' ? undo : 'auto';
      return publishes ? [...own, step(`c${n}/publish`, [`c${n}/deploy`], { undo: stays })] : own;
    }),
  );

export const scenarios = fc.record({
  plan: products,
  pipeline: fc.constantFrom('eager' as const, 'buildFirst' as const),
  onFailure: fc.constantFrom(null, 'keep' as const, 'compensate' as const, 'hold' as const),
  /** What the bridges do, one number an answer; and which open step answers next. */
  choices: fc.infiniteStream(fc.nat({ max: 99 })),
  cancelAt: fc.option(fc.nat({ max: 40 })),
  failing: fc.nat({ max: 30 }),
});

/** Plays an operation to its end: bridges answer in any order, fail now and then, every input comes twice. */
export function play({
  plan,
  pipeline,
  onFailure,
  choices,
  cancelAt,
  failing,
}: typeof scenarios extends fc.Arbitrary<infer T> ? T : never): Run {
  const key = `operation/${operationId}`;
  let operation = operationDecider.empty(key);
  const events: Envelope<OperationEvent>[] = [];
  const inputs: Envelope<OperationInput>[] = [];
  const take = (input: OperationInput): void => {
    const message = envelope(input);
    inputs.push(message);
    for (const repeated of [message, message]) {
      let messages: readonly Envelope<OperationInput>[] = [repeated];
      for (;;) {
        const advanced = advance(operationDecider, key, operation, messages, null);
        operation = advanced.state;
        events.push(...advanced.decided.map(({ event }) => event));
        if (advanced.decided.length === 0) break;
        messages = [];
      }
    }
  };
  const pick = (): number => choices.next().value ?? 0;
  for (const input of [request({ onFailure }), ...planning(plan, { pipeline })]) take(input);
  for (let turn = 0; operation.ended === null; turn++) {
    if (turn > 500) throw new Error('it does not end');
    if (turn === cancelAt) {
      take(cancel());
      continue;
    }
    const [waits] = operation.awaiting;
    if (waits !== undefined && (operation.open.size + operation.retrying.size === 0 || pick() < 30)) {
      take(act((['resume', 'skip', 'retry'] as const)[pick() % 3] ?? 'skip', waits, `decision-${turn}`));
      continue;
    }
    if (operation.held !== null && operation.held !== 'undo') {
      take(
        act(
          (['retry', 'skip', 'giveUp', 'cancel'] as const)[pick() % 4] ?? 'giveUp',
          operation.trouble?.failed[0] ?? null,
          `decision-${turn}`,
        ),
      );
      continue;
    }
    const waiting = [...operation.open, ...operation.retrying, ...(operation.lease === 'asked' ? ['lease'] : [])];
    const id = waiting[pick() % waiting.length];
    if (id === undefined) throw new Error('nothing is open and it has not ended');
    const known = operation.steps.get(id);
    if (id === 'lease') take(leased);
    else if (operation.retrying.has(id))
      take({ type: 'TimerFired', data: { operation: operationId, timer: `${id}/${known?.attempt}/retry` } });
    else if (known?.cancel !== null && pick() < 80) take(cancelled(operation, id, (['none', 'possible', 'done'] as const)[pick() % 3]));
    else if (pick() < failing) take(failed(operation, id, (['none', 'possible', 'done'] as const)[pick() % 3], pick() < 30));
    else take(succeeded(operation, id));
  }
  return { plan, inputs, events };
}
