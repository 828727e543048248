import { parseUserId } from '@user-management/domain';
import { RedisSessions } from '@user-management/redis';
import { startService } from '@user-management/servers';
import { medians } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { registered } from '../scene/clients.ts';
import { openRedis, type OpenRedis } from '../scene/redis.ts';
import { sampleSession } from '../scene/sample-sessions.ts';
import { productionEnv } from '../scene/scene.ts';
import { inTurns } from '../scene/stores.ts';

const MANY = 10_000;

/** Measures whether the end of all sessions of a user depends on how many there are. */
export async function measureSessions(rounds: number): Promise<Row[]> {
  const scene = await openRedis({ holdsUsers: true });
  const service = await startService(productionEnv(scene.server));
  const figures = await medians(rounds, {
    one: () => endAll(service.url, scene, false),
    many: () => endAll(service.url, scene, true),
  });
  await service.stop();
  await scene.close();
  return [
    {
      what: `end of all ${MANY} sessions of a user, against one session`,
      result: (figures.many / figures.one).toFixed(2),
      wanted: '<= 1.5',
      raw: `${figures.many.toFixed(2)} ms, ${figures.one.toFixed(2)} ms`,
    },
  ];
}

/**
 * In milliseconds, for one request. As many sessions are added before in either case, so that Redis and this
 * process have had the same work.
 */
async function endAll(url: string, { redis }: OpenRedis, own: boolean): Promise<number> {
  const { token, userId } = await registered(url);
  const owner = own ? userId : (await registered(url)).userId;
  const sessions = new RedisSessions(redis);
  await inTurns(
    Array.from({ length: MANY - 1 }, () => sampleSession(parseUserId(owner))),
    (session) => sessions.add(session),
  );
  const began = performance.now();
  const answer = await fetch(`${url}/v1/users/me/sessions?all=true`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer.status !== 204) throw new Error(`the end of all sessions answered ${answer.status}`);
  return performance.now() - began;
}
