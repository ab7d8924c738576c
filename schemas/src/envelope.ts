/** What every message carries beside its content: CloudEvents attributes. */
export type Attributes = Readonly<{
  /** Derives from place: the same thing said again has the same id. */
  id: string;
  /** `/srm/` and who says it; of an event `/srm/` and its decider's key, so that `sequence` counts within the source. */
  source: string;
  /** The record's key: `operation/<id>` and the like, for commands and logs `operation/<id>/<step>`. */
  subject: string;
  /** RFC 3339, UTC, milliseconds. */
  time: string;
  /** Of events: 1, 2, 3 … within the subject; of anything else null. */
  sequence: number | null;
  correlationid: string;
  /** The id of the message that caused this one. */
  causationid: string | null;
  traceparent: string | null;
}>;

export type Message = Readonly<{ type: string; data: object }>;
export type Envelope<M extends Message = Message> = M & Attributes;
