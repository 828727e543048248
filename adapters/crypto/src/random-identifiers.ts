import { randomInt } from 'node:crypto';
import {
  parseEventId,
  parseMessageId,
  parseSessionId,
  parseUserId,
  type Identifiers,
} from '@user-management/domain';
import type { EventId, MessageId, SessionId, Timestamp, UserId } from '@user-management/domain';
import { v7 } from 'uuid';
import { randomBytes } from './random-bytes.ts';

const UUID_BYTES = 16;

/** A UUIDv7 counts up from a random number of 31 bits within a millisecond. Its counter has 32 bits. */
const FIRST_COUNTS = 2 ** 31;

/**
 * Makes UUIDv7 from the operating system's random generator, so a database index grows at one end. Ids of one
 * millisecond sort in the order in which this process made them.
 */
export class RandomIdentifiers implements Identifiers {
  #last = { msecs: -1, seq: 0 };

  newUserId(now: Timestamp): UserId {
    return parseUserId(`usr_${this.#newUuid(now)}`);
  }

  newSessionId(now: Timestamp): SessionId {
    return parseSessionId(`ses_${this.#newUuid(now)}`);
  }

  newEventId(now: Timestamp): EventId {
    return parseEventId(`evt_${this.#newUuid(now)}`);
  }

  newMessageId(now: Timestamp): MessageId {
    return parseMessageId(`msg_${this.#newUuid(now)}`);
  }

  #newUuid(msecs: Timestamp): string {
    const seq = msecs === this.#last.msecs ? this.#last.seq + 1 : randomInt(FIRST_COUNTS);
    this.#last = { msecs, seq };
    return v7({ ...this.#last, random: randomBytes(UUID_BYTES) }).replaceAll('-', '');
  }
}
