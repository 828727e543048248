import {
  type Event,
  fromRfc3339,
  parseActor,
  parseDeviceId,
  parseEventId,
  parseEventType,
  parseSessionId,
  parseUserId,
  toIpAddress,
  toRfc3339,
  toUserAgent,
  ValidationFailed,
} from '@user-management/domain';
import { nullOr } from './user-json.ts';

export const eventsToJson = (events: readonly Event[]): string =>
  JSON.stringify(
    events.map((event) => ({
      id: event.id,
      type: event.type,
      time: toRfc3339(event.time),
      user_id: event.userId,
      session_id: event.sessionId,
      actor: event.actor,
      device_id: event.deviceId,
      user_agent: event.userAgent,
      ip: event.ip,
    })),
  );

/** @throws {ValidationFailed} when the text is not a list of complete and valid events. */
export function eventsFromJson(text: string): readonly Event[] {
  const list = parseJson(text);
  if (!Array.isArray(list)) throw new ValidationFailed('must be a list of events');
  return list.map((entry: unknown) => {
    const json = Object(entry) as Record<string, unknown>;
    return {
      id: parseEventId(json['id']),
      type: parseEventType(json['type']),
      time: fromRfc3339(json['time']),
      userId: parseUserId(json['user_id']),
      sessionId: nullOr(parseSessionId, json['session_id']),
      actor: parseActor(json['actor']),
      deviceId: nullOr(parseDeviceId, json['device_id']),
      userAgent: toUserAgent(json['user_agent']),
      ip: toIpAddress(json['ip']),
    };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new ValidationFailed('must be JSON');
  }
}
