import { aDifficultEvent, anEvent, aUserId } from '@user-management/conformance';
import { type Event, parseTimestamp, toRfc3339 } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { letIn, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const list = (service: Service, token: string, query = '') =>
  call(service.internal, 'GET', `/v1/admin/audit${query}`, { token });

const idsIn = (body: Record<string, unknown>) => (body['events'] as { id: string }[]).map(({ id }) => id);

async function world() {
  const service = await startService();
  const userId = aUserId();
  const at = (ms: number) => parseTimestamp(service.clock.now() + ms);
  const events = [
    aDifficultEvent(at(0), { userId }),
    anEvent(at(1), { type: 'login.failed' }),
    anEvent(at(2), { userId, type: 'login.failed' }),
  ] as [Event, Event, Event];
  for (const event of events) await service.events.append(event);
  return { service, userId, at, events, token: letIn(service, 'audit:read') };
}

describe('GET /v1/admin/audit', () => {
  it('lists the events of all users, the newest first', async () => {
    const { service, token, events } = await world();
    const { status, body } = await list(service, token);
    expect(status).toBe(200);
    expect(idsIn(body)).toEqual(events.map(({ id }) => id).toReversed());
    const [event] = events;
    expect((body['events'] as object[]).at(-1)).toEqual({
      id: event.id,
      type: event.type,
      time: toRfc3339(event.time),
      user_id: event.userId,
      session_id: event.sessionId,
      actor: event.actor,
      ip: event.ip,
      user_agent: event.userAgent,
      device_id: event.deviceId,
    });
  });

  it('filters by user, type and time, and goes on at the cursor', async () => {
    const { service, token, events, userId, at } = await world();
    const [one, two, three] = events.map(({ id }) => id);
    const ids = async (query: string) => idsIn((await list(service, token, query)).body);
    expect(await ids(`?user_id=${userId}`)).toEqual([three, one]);
    expect(await ids('?type=login.failed')).toEqual([three, two]);
    expect(await ids(`?after=${toRfc3339(at(1))}`)).toEqual([three]);
    expect(await ids(`?after=2026-01-01T00:00:00%2B01:00&type=login.failed&user_id=${userId}`)).toEqual([
      three,
    ]);
    const { body } = await list(service, token, '?limit=2');
    expect(idsIn(body)).toEqual([three, two]);
    expect((await list(service, token, `?limit=2&cursor=${String(body['next_cursor'])}`)).body).toMatchObject(
      {
        events: [{ id: one }],
        next_cursor: null,
      },
    );
  });

  it.each([
    ['user_id=ada', 'user_id'],
    ['type=login.failure', 'type'],
    ['after=yesterday', 'after'],
    ['cursor=1', 'cursor'],
    ['limit=201', 'limit'],
    ['limit=0', 'limit'],
  ])('refuses %s', async (query, name) => {
    const service = await startService();
    const { status, body } = await list(service, letIn(service, 'audit:read'), `?${query}`);
    const detail = expect.stringContaining(`query parameter ${name} must be`) as string;
    expect([status, body['errors']]).toEqual([422, [expect.objectContaining({ detail })]]);
  });

  it('is for services with the scope, on the internal listener', async () => {
    const { service, token } = await world();
    const { token: person } = await register(service);
    expect((await list(service, letIn(service, 'users:read', 'introspect'))).status).toBe(403);
    expect((await list(service, person)).status).toBe(401);
    expect((await call(service, 'GET', '/v1/admin/audit', { token })).status).toBe(404);
  });
});
