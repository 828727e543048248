import { message, startChild } from '../children/child.ts';
import { medians } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { throughput } from '../scene/load.ts';
import { openScene, register } from '../scene/scene.ts';

/** Session check and user through Redis, against a bare Koa route that answers the same bytes. */
export async function measureReads(rounds: number, seconds: number): Promise<Row[]> {
  const { service, close } = await openScene();
  const headers = { authorization: `Bearer ${await register(service)}` };
  const url = `${service.url}/v1/users/me`;
  const sample = await fetch(url, { headers });
  const bare = startChild(
    './bare-koa.ts',
    String(sample.status),
    JSON.stringify(ownHeaders(sample)),
    await sample.text(),
  );
  const bareUrl = `http://127.0.0.1:${await message<number>(bare)}/v1/users/me`;
  const figures = await medians(rounds, {
    bare: () => throughput({ url: bareUrl, headers }, seconds),
    ours: () => throughput({ url, headers }, seconds),
  });
  bare.kill();
  await close();
  return [
    {
      what: 'GET /v1/users/me, against a bare Koa route',
      result: (figures.ours / figures.bare).toFixed(2),
      wanted: '>= 0.65',
      raw: `${Math.round(figures.ours)}/s, bare ${Math.round(figures.bare)}/s`,
    },
  ];
}

/** Without those that Node writes anyway. */
function ownHeaders({ headers }: Response): Record<string, string> {
  const written = new Set(['date', 'connection', 'keep-alive', 'content-length']);
  return Object.fromEntries([...headers].filter(([name]) => !written.has(name)));
}
