import { type Event, toRfc3339 } from '@user-management/domain';

export const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** The event in the structured JSON format of CloudEvents 1.0. `data` is as in lists of events. */
export const cloudEventOf = (event: Event): string =>
  JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source: '/user-management',
    type: event.type,
    subject: event.userId,
    time: toRfc3339(event.time),
    datacontenttype: 'application/json',
    data: {
      id: event.id,
      type: event.type,
      time: toRfc3339(event.time),
      user_id: event.userId,
      session_id: event.sessionId,
      actor: event.actor,
      ip: event.ip,
      user_agent: event.userAgent,
      device_id: event.deviceId,
    },
  });
