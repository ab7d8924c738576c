import { idOf, type Outgoing } from '@srm/messaging';
import { digestOf } from '@srm/definitions';
import { operationKey, type ApiSchemas } from '@srm/schemas';
import type { Answer, Request, Route } from '@srm/service';
import { until } from '../bell.ts';
import type { AnswerView } from '../views/other-views.ts';
import type { OperationView } from '../views/operation-view.ts';
import { patience } from './get-operations.ts';
import { isObject } from './is-object.ts';
import { reused } from './keys.ts';
import { largestRequest } from './limits.ts';
import { idIn, operationNow, type Parts } from './parts.ts';
import { operationJson } from './present.ts';
import { notFound, problem, type ErrorAt } from './problem.ts';
import { readShaped } from './read-json.ts';
import { said } from './said.ts';

type Action = ApiSchemas['schemas']['ActionRequest'];

export const postAction = (parts: Parts): Route => ({
  method: 'POST',
  path: '/v1/operations/:id/actions',
  answer: (request) => act(parts, request),
  maxBody: largestRequest,
});

/** Commands that are about the operation as a whole: a step would be ignored, and whoever asked would not know. */
const whole = new Set<unknown>(['cancel', 'hold', 'giveUp', 'abandon', 'repair']);

const amiss = (body: unknown): readonly ErrorAt[] =>
  isObject(body) && whole.has(body['action']) && typeof body['step'] === 'string'
    ? [{ pointer: '/step', detail: `${String(body['action'])} is about all of the operation; leave step away` }]
    : [];

/** Says the operator's command, waits for the event that accepts or refuses it. */
async function* act(parts: Parts, request: Request): AsyncGenerator<readonly Outgoing[], Answer> {
  const read = readShaped(parts, request, 'ActionRequest', amiss);
  if ('refused' in read) return read.refused;
  const operation = idIn(request);
  const view = await operationNow(parts, operation);
  if (view === null) return notFound(`operation ${operation}`);
  const requestId = idOf('action', operation, read.key);
  const subject = operationKey(operation);
  const ear = parts.bell.listen(subject);
  try {
    const known = await parts.stores.answers.findOne({ _id: requestId });
    const bodyDigest = digestOf(read.value);
    if (isOther(known, read.value, bodyDigest) || !parts.keys.take(requestId, bodyDigest)) return usedFor(known, operation);
    if (known === null) {
      const { action, step, reason, at } = read.value;
      const data = {
        operation,
        requestId,
        action,
        step: step ?? null,
        reason: reason ?? null,
        at: at ?? null,
        actor: read.actor,
        bodyDigest,
      };
      const time = new Date(parts.clock.now()).toISOString();
      yield [said({ type: 'ActOnOperation', data }, { id: requestId, subject, time, correlation: operation })];
    }
    const now = await until(parts.clock, ear, {
      read: () => bothOf(parts, operation, requestId),
      done: ({ answer }) => answer !== null,
      number: ({ view }) => view?.number ?? 0,
      limit: patience,
      signal: request.signal,
    });
    if (!isOther(now.answer, read.value, bodyDigest)) return answered(now.answer, now.view ?? view);
    parts.keys.forget(requestId);
    return usedFor(now.answer, operation);
  } finally {
    ear.close();
  }
}

/** The answer to another command. One from before commands had their digest tells as much as it can; one that names no commands is of none. */
function isOther(answer: AnswerView | null, { action, reason }: Action, bodyDigest: string): boolean {
  if (answer === null || !Array.isArray(answer.actions)) return false;
  if (answer.bodyDigest !== null) return answer.bodyDigest !== bodyDigest;
  return !answer.actions.includes(action) || (answer.given !== null && answer.given.reason !== (reason ?? null));
}

const usedFor = (answer: AnswerView | null, operation: string): Answer =>
  reused(answer === null ? 'another command' : `another command: ${answer.actions.join(' or ')}`, `/v1/operations/${operation}`);

/** The answer counts once the operation's own view has it too. */
async function bothOf(
  parts: Parts,
  operation: string,
  requestId: string,
): Promise<Readonly<{ answer: AnswerView | null; view: OperationView | null }>> {
  const answer = await parts.stores.answers.findOne({ _id: requestId });
  const view = await operationNow(parts, operation);
  return { answer: answer !== null && view !== null && view.number >= answer.number ? answer : null, view };
}

function answered(answer: AnswerView | null, view: OperationView): Answer {
  const instance = `/v1/operations/${view._id}`;
  if (answer !== null && !answer.accepted)
    return problem(409, 'action-refused', 'Not possible now', { detail: answer.reason ?? 'the operation does not take it now', instance });
  return { status: 202, headers: { Location: instance }, json: operationJson(view) };
}
