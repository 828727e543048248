import type { EventId } from '../model/event.ts';
import type { MessageId } from '../model/message-id.ts';
import type { SessionId } from '../model/session-id.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { UserId } from '../model/user-id.ts';

/** Makes unique identifiers. A later id sorts after an earlier one, as in UUIDv7. */
export interface Identifiers {
  newUserId(now: Timestamp): UserId;
  newSessionId(now: Timestamp): SessionId;
  newEventId(now: Timestamp): EventId;
  newMessageId(now: Timestamp): MessageId;
}
