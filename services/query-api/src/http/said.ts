import type { Outgoing } from '@srm/messaging';
import type { Message } from '@srm/schemas';

type Place = Readonly<{ id: string; subject: string; time: string; correlation: string }>;

/** A request of the door, to whom it concerns. */
export const said = (message: Message, { id, subject, time, correlation }: Place): Outgoing => ({
  topic: 'inputs',
  message: {
    ...message,
    id,
    source: '/srm/query-api',
    subject,
    time,
    sequence: null,
    correlationid: correlation,
    causationid: null,
    traceparent: null,
  },
});
