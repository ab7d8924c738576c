import type { Envelope, Message } from '@srm/schemas';
import type { DefinitionsEvent, EnvironmentEvent, OperationEvent } from './events.ts';
import type { AnswerView } from './other-views.ts';

/** The answer that an event is to a request, if it is one. */
export function answerOf(event: Envelope<OperationEvent | DefinitionsEvent | EnvironmentEvent>): AnswerView | null {
  const of = (requestId: string, accepted: boolean): AnswerView => blank(event, requestId, accepted);
  switch (event.type) {
    case 'OperationHeld':
      return event.data.requestId === null
        ? null
        : { ...of(event.data.requestId, true), actions: ['hold'], bodyDigest: event.data.bodyDigest };
    case 'CancelRequested':
      return taken(event, ['cancel', 'giveUp']);
    case 'OperationResumed':
      return taken(event, [event.data.action]);
    case 'OperationGivenUp':
      return taken(event, ['giveUp']);
    case 'OperationAbandoned':
      return taken(event, ['abandon']);
    case 'OperationRepaired':
      return taken(event, ['repair']);
    case 'ActionRefused':
      return {
        ...of(event.data.requestId, false),
        actions: [event.data.action],
        reason: event.data.reason,
        bodyDigest: event.data.bodyDigest,
      };
    case 'EnvironmentFreezeSet':
    case 'TenantFreezeSet': {
      const { requestId, bodyDigest } = event.data;
      return requestId === null ? null : { ...of(requestId, true), bodyDigest };
    }
    case 'DefinitionsAccepted': {
      const { requestId, bodyDigest, documents } = event.data;
      return { ...of(requestId, true), bodyDigest, documents };
    }
    case 'DefinitionsRefused': {
      const { requestId, reason, errors } = event.data;
      return { ...of(requestId, false), reason, errors };
    }
    default:
      return null;
  }
}

type Taken = Envelope<Extract<OperationEvent, { data: { requestId: string; reason: string | null; bodyDigest: string | null } }>>;

const taken = (event: Taken, actions: readonly string[]): AnswerView => ({
  ...blank(event, event.data.requestId, true),
  actions,
  given: { reason: event.data.reason },
  bodyDigest: event.data.bodyDigest,
});

const blank = ({ subject, sequence }: Envelope<Message>, requestId: string, accepted: boolean): AnswerView => ({
  _id: requestId,
  subject,
  accepted,
  actions: [],
  given: null,
  reason: null,
  bodyDigest: null,
  documents: [],
  errors: [],
  number: sequence ?? 0,
});
