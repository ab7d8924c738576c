import type { Envelope, Message } from '@srm/schemas';

type Place = Readonly<{ id: string; subject: string; time: string; correlation: string }>;

/** A message as it comes from somebody who measures, caused by nothing. */
export const said = <M extends Message>(message: M, { id, subject, time, correlation }: Place): Envelope<M> => ({
  ...message,
  id,
  source: '/bench',
  subject,
  time,
  sequence: null,
  correlationid: correlation,
  causationid: null,
  traceparent: null,
});
