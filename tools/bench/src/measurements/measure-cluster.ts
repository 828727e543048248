import { type Service, startCluster, startService } from '@user-management/servers';
import { mediansOfEach } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { loadWithCpu } from '../scene/load.ts';
import { openScene, register } from '../scene/scene.ts';

/** Compares session checks in a Redis Cluster of six servers with those over one Redis. */
export async function measureCluster(rounds: number, seconds: number): Promise<Row[]> {
  const alone = await openScene();
  const cluster = await startCluster();
  const service = await startService({
    APP_ENV: 'production',
    REDIS_MODE: 'cluster',
    REDIS_NODES: cluster.nodes.map(({ host, port }) => `${host}:${port}`).join(','),
  });
  const figures = await mediansOfEach(rounds, {
    alone: await checksOf(alone.service, seconds),
    cluster: await checksOf(service, seconds),
  });
  await service.stop();
  await cluster.stop();
  await alone.close();
  const inEach = (figure: 'perSecond' | 'cpuUs') =>
    `${Math.round(figures.cluster[figure])}, one Redis ${Math.round(figures.alone[figure])}`;
  return [
    {
      what: 'session checks/s in a Redis Cluster of six, against one Redis',
      result: (figures.cluster.perSecond / figures.alone.perSecond).toFixed(2),
      wanted: '>= 0.9',
      raw: `checks/s ${inEach('perSecond')}; µs of CPU ${inEach('cpuUs')}`,
    },
  ];
}

async function checksOf(service: Service, seconds: number) {
  const headers = { authorization: `Bearer ${await register(service)}` };
  return () => loadWithCpu(service.pid, { url: `${service.url}/v1/users/me`, headers }, seconds);
}
