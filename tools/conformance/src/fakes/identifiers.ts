import type { Identifiers } from '@user-management/domain';
import { aMessageId, anEventId, aSessionId, aUserId } from './samples.ts';

/** Identifiers that are good enough for tests: unique, but guessable. */
export const sampleIdentifiers: Identifiers = {
  newUserId: aUserId,
  newSessionId: aSessionId,
  newEventId: anEventId,
  newMessageId: aMessageId,
};
