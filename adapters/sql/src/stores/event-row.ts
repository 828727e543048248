import {
  type Event,
  type EventId,
  parseActor,
  parseDeviceId,
  parseEventId,
  parseEventType,
  parseSessionId,
  parseUserId,
  toIpAddress,
  toUserAgent,
} from '@user-management/domain';
import type { Insertable, Selectable } from 'kysely';
import type { EventTable } from '../schema/tables.ts';
import { columnsOf, orNull, parseInstant, unchanged } from './row.ts';

export type EventRow = Selectable<EventTable>;

const column = columnsOf('event');

export const toRow = (event: Event) =>
  ({
    id: event.id,
    type: event.type,
    time: event.time,
    user_id: event.userId,
    session_id: event.sessionId,
    actor: event.actor,
    device_id: event.deviceId,
    user_agent: event.userAgent,
    ip: event.ip,
  }) satisfies Insertable<EventTable>;

/** @throws {UnreadableRow} */
export const fromRow = (row: EventRow): Event => ({
  id: parseId(row),
  type: column(row, 'type', parseEventType),
  time: column(row, 'time', parseInstant),
  userId: column(row, 'user_id', parseUserId),
  sessionId: column(row, 'session_id', orNull(parseSessionId)),
  actor: column(row, 'actor', parseActor),
  deviceId: column(row, 'device_id', orNull(parseDeviceId)),
  userAgent: column(row, 'user_agent', unchanged(toUserAgent)),
  ip: column(row, 'ip', unchanged(toIpAddress)),
});

/** @throws {UnreadableRow} */
export const parseId = (row: Pick<EventRow, 'id'>): EventId => column(row, 'id', parseEventId);
