import type { Brand } from './brand.ts';
import type { Device } from './device.ts';
import type { Digest } from './digest.ts';
import { ValidationFailed } from './errors.ts';
import type { ServiceName } from './service.ts';
import type { SessionId } from './session-id.ts';
import type { Timestamp } from './timestamp.ts';
import type { UserId } from './user-id.ts';

/** `evt_` and the 32 hex digits of a UUIDv7 (RFC 9562), so ids sort by time. */
export type EventId = Brand<string, 'EventId'>;

export const EVENT_ID_PATTERN = /^evt_[0-9a-f]{32}$/;

export const EVENT_TYPES = [
  'user.registered',
  'user.updated',
  'user.deleted',
  'user.disabled',
  'user.enabled',
  'user.email_changed',
  'user.email_verified',
  'user.password_changed',
  'user.password_reset',
  'session.started',
  'session.ended',
  'session.refresh_reused',
  'login.failed',
  'mail.sent',
  'mail.failed',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/**
 * `system`: the service itself, without a request of somebody who may do it. `service:` and a name: another
 * service.
 */
export type Actor = 'user' | 'system' | `service:${ServiceName}`;

/** Who caused an event, and from where. What is unknown is `null`. */
export interface Origin extends Omit<Device, 'deviceId'> {
  readonly actor: Actor;
  readonly deviceId: Device['deviceId'] | null;
  /** The session that the event is about, or else the one that caused it. */
  readonly sessionId: SessionId | null;
}

/** Something that happened to a user. It holds no address of a mailbox, no name and no secret. */
export interface Event extends Origin {
  readonly id: EventId;
  readonly type: EventType;
  readonly time: Timestamp;
  readonly userId: UserId;
}

/** What the service does on its own. */
export const SYSTEM: Origin = { actor: 'system', sessionId: null, deviceId: null, userAgent: null, ip: null };

/** What is left of an event of a deleted user. */
export const forgotten = (event: Event): Event => ({
  ...event,
  sessionId: null,
  deviceId: null,
  userAgent: null,
  ip: null,
});

export const ACTOR_PATTERN = /^(?:[a-z]{1,16}|service:[a-z0-9._-]{1,64})$/;

/** The time of an event, from its id. */
export const eventTime = ({ id }: Pick<Event, 'id'>): Timestamp => parseInt(id.slice(4, 16), 16) as Timestamp;

/** The smallest id that an event of this time can have. */
export const firstIdAt = (time: Timestamp): EventId =>
  `evt_${time.toString(16).padStart(12, '0')}${'0'.repeat(20)}` as EventId;

/** The newest first. */
export const byTime = (a: Pick<Event, 'id'>, b: Pick<Event, 'id'>): number => (a.id < b.id ? 1 : -1);

/**
 * The id of an event that sums up what happened since `start`. Replicas that sum up the same thing get the
 * same id, so the log keeps one of their events.
 * @param subject of what is summed up.
 */
export const summaryId = (start: Timestamp, subject: Digest): EventId =>
  `evt_${start.toString(16).padStart(12, '0')}7${subject.slice(0, 3)}8${subject.slice(3, 18)}` as EventId;

/** @throws {ValidationFailed} */
export function parseEventId(input: unknown): EventId {
  if (typeof input !== 'string' || !EVENT_ID_PATTERN.test(input)) {
    throw new ValidationFailed('must be evt_ and 32 hex digits');
  }
  return input as EventId;
}

/**
 * A store's value. A newer version of the service may know more types, and this one may have to read them.
 * @throws {ValidationFailed}
 */
export const parseEventType = (input: unknown): EventType =>
  matching(/^[a-z_]{1,32}\.[a-z_]{1,32}$/, 'an event type', input) as EventType;

/** A store's value. @throws {ValidationFailed} */
export const parseActor = (input: unknown): Actor => matching(ACTOR_PATTERN, 'an actor', input) as Actor;

function matching(pattern: RegExp, name: string, input: unknown): string {
  if (typeof input !== 'string' || !pattern.test(input)) throw new ValidationFailed(`must be ${name}`);
  return input;
}
