import { message, startChild } from '../children/child.ts';
import { medians } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { throughput } from '../scene/load.ts';
import { openScene, register } from '../scene/scene.ts';

/** Compares session checks with an empty Koa route that answers the same bytes. */
export async function measureReads(rounds: number, seconds: number): Promise<Row[]> {
  const { service, close } = await openScene();
  const headers = { authorization: `Bearer ${await register(service)}` };
  const url = `${service.url}/v1/users/me`;
  const sample = await fetch(url, { headers });
  const empty = startChild(
    './empty-koa.ts',
    String(sample.status),
    JSON.stringify(ownHeaders(sample)),
    await sample.text(),
  );
  const emptyUrl = `http://127.0.0.1:${await message<number>(empty)}/v1/users/me`;
  const figures = await medians(rounds, {
    empty: () => throughput({ url: emptyUrl, headers }, seconds),
    ours: () => throughput({ url, headers }, seconds),
  });
  empty.kill();
  await close();
  return [
    {
      what: 'GET /v1/users/me, against an empty Koa route',
      result: (figures.ours / figures.empty).toFixed(2),
      wanted: '>= 0.65',
      raw: `${Math.round(figures.ours)}/s, empty route ${Math.round(figures.empty)}/s`,
    },
  ];
}

/** The headers that Node does not add by itself. */
function ownHeaders({ headers }: Response): Record<string, string> {
  const written = new Set(['date', 'connection', 'keep-alive', 'content-length']);
  return Object.fromEntries([...headers].filter(([name]) => !written.has(name)));
}
