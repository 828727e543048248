import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mediansOfEach } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { cpuSeconds } from '../scene/cpu-seconds.ts';
import { load, type Request } from '../scene/load.ts';
import { openScene, register } from '../scene/scene.ts';
import { letIn, SERVICE_TOKEN } from '../scene/service-token.ts';

/** Compares introspections and the check for proxies with session checks. */
export async function measureIntrospections(rounds: number, seconds: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const { service, close } = await openScene({ SERVICE_TOKENS_FILE: await letIn(folder, 'introspect') });
  const token = await register(service);
  const authorization = `Bearer ${token}`;
  const measure = async (request: Request) => {
    const before = cpuSeconds(service.pid);
    const { perSecond, count } = await load(request, seconds);
    return { perSecond, cpuUs: ((cpuSeconds(service.pid) - before) * 1e6) / count };
  };
  const { internalUrl, url } = service;
  const figures = await mediansOfEach(rounds, {
    session: () => measure({ url: `${url}/v1/users/me`, headers: { authorization } }),
    introspection: () =>
      measure({
        url: `${internalUrl}/v1/introspect`,
        method: 'POST',
        headers: {
          authorization: `Bearer ${SERVICE_TOKEN}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ token }).toString(),
      }),
    check: () => measure({ url: `${internalUrl}/v1/check`, headers: { authorization } }),
  });
  await close();
  await rm(folder, { recursive: true });
  return (['introspection', 'check'] as const).map((name) => {
    const [ours, session] = [figures[name], figures.session];
    return {
      what: `${name}s/s, against session checks (GET /v1/users/me)`,
      result: (ours.perSecond / session.perSecond).toFixed(2),
      wanted: '>= 0.90',
      raw:
        `${Math.round(ours.perSecond)}/s against ${Math.round(session.perSecond)}/s, ` +
        `${ours.cpuUs.toFixed(0)} µs against ${session.cpuUs.toFixed(0)} µs`,
    };
  });
}
