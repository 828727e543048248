import type { Client, Device } from '../model/device.ts';
import type { Event, EventType, Origin } from '../model/event.ts';
import type { UserId } from '../model/user-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Effects } from '../ports/event-log.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { Caller } from './authenticate.ts';
import type { ServiceCaller } from './authenticate-service.ts';

interface Ports {
  identifiers: Identifiers;
  clock: Clock;
}

/** The event that a change is about to cause, to be written with the change. */
export function effectOf(
  { identifiers, clock }: Ports,
  type: EventType,
  userId: UserId,
  origin: Origin,
): Effects {
  const time = clock.now();
  const event: Event = { id: identifiers.newEventId(time), type, time, userId, ...origin };
  return { events: [event] };
}

/** The origin of a request with a token. */
export const byCaller = ({ record, client }: Pick<Caller, 'record' | 'client'>): Origin => ({
  actor: 'user',
  sessionId: record.sessionId,
  deviceId: record.deviceId,
  ...clientOf(client),
});

/** The origin of a request of another service. It names no session and no device of the user. */
export const byService = ({ service }: Pick<ServiceCaller, 'service'>, client: Client): Origin => ({
  actor: `service:${service}`,
  sessionId: null,
  deviceId: null,
  ...clientOf(client),
});

/** The origin of a request that has no session yet. */
export const byDevice = (device: Device): Origin => ({ actor: 'user', sessionId: null, ...device });

/** The origin of a request that has neither a session nor a device. */
export const byClient = (client: Client): Origin => ({
  actor: 'user',
  sessionId: null,
  deviceId: null,
  ...clientOf(client),
});

/** A client alone, without what else a device says. */
export const clientOf = ({ userAgent, ip }: Client): Client => ({ userAgent, ip });
