import {
  parseEventId,
  parseMessageId,
  parseSessionId,
  parseUserId,
  type Identifiers,
} from '@user-management/domain';
import type { EventId, MessageId, SessionId, Timestamp, UserId } from '@user-management/domain';
import { v7 } from 'uuid';

/** Makes UUIDv7 from the operating system's random generator, so a database index grows at one end. */
export class RandomIdentifiers implements Identifiers {
  newUserId(now: Timestamp): UserId {
    return parseUserId(`usr_${newUuid(now)}`);
  }

  newSessionId(now: Timestamp): SessionId {
    return parseSessionId(`ses_${newUuid(now)}`);
  }

  newEventId(now: Timestamp): EventId {
    return parseEventId(`evt_${newUuid(now)}`);
  }

  newMessageId(now: Timestamp): MessageId {
    return parseMessageId(`msg_${newUuid(now)}`);
  }
}

const newUuid = (now: Timestamp): string => v7({ msecs: now }).replaceAll('-', '');
