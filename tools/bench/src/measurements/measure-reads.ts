import { Agent } from 'node:http';
import { startConstantServer } from '../children/constant-server.ts';
import { mediansOfEach, quantile } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { loadWithCpu } from '../scene/load.ts';
import { openScene, register } from '../scene/scene.ts';
import { timedRequest } from '../scene/timed-request.ts';

/** The requests of one client that waits for each answer. */
const ALONE = 300;

const PATH = '/v1/users/me';

interface Server {
  readonly origin: string;
  readonly pid: number;
}

/** Compares session checks with an empty Koa route, and with Node alone, that answer the same bytes. */
export async function measureReads(rounds: number, seconds: number): Promise<Row[]> {
  const { service, close } = await openScene();
  const token = await register(service);
  const ours = { origin: service.url, pid: service.pid };
  const sample = await fetch(`${service.url}${PATH}`, { headers: { authorization: `Bearer ${token}` } });
  const koa = await startConstantServer('./empty-koa.ts', sample);
  const node = await startConstantServer('./plain-http.ts', sample);
  const figures = await mediansOfEach(rounds, {
    koa: () => measure(koa, token, seconds),
    node: () => measure(node, token, seconds),
    ours: () => measure(ours, token, seconds),
  });
  koa.stop();
  node.stop();
  await close();
  return rowsOf(figures);
}

type Figures = Awaited<ReturnType<typeof measure>>;

function rowsOf({ koa, node, ours }: Record<'koa' | 'node' | 'ours', Figures>): Row[] {
  const row = (what: string, wanted: string, result: number, raw: string): Row => ({
    what: `GET ${PATH}: ${what}`,
    result: result.toFixed(2),
    wanted,
    raw,
  });
  const inEach = (text: (figures: Figures) => string) =>
    `${text(ours)}, empty Koa route ${text(koa)}, Node alone ${text(node)}`;
  const perSecond = inEach((one) => `${Math.round(one.perSecond)}/s`);
  const cpu = inEach((one) => `${one.cpuUs.toFixed(0)} µs`);
  return [
    row('requests/s, against an empty Koa route', '>= 1.20', ours.perSecond / koa.perSecond, perSecond),
    row('requests/s, against Node alone', '>= 0.75', ours.perSecond / node.perSecond, perSecond),
    row('requests for the CPU time of one of an empty Koa route', '>= 1.20', koa.cpuUs / ours.cpuUs, cpu),
    row(
      'median with one connection, against an empty Koa route',
      '<= 2.0',
      ours.aloneMs / koa.aloneMs,
      inEach((one) => `${(one.aloneMs * 1000).toFixed(0)} µs`),
    ),
    row(
      'p99 with 50 connections, against an empty Koa route',
      '<= 1.2',
      ours.p99Ms / koa.p99Ms,
      inEach((one) => `${one.p99Ms.toFixed(1)} ms`),
    ),
  ];
}

async function measure({ origin, pid }: Server, token: string, seconds: number) {
  const url = `${origin}${PATH}`;
  const headers = { authorization: `Bearer ${token}` };
  const { perSecond, p99Ms, cpuUs } = await loadWithCpu(pid, { url, headers }, seconds);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let n = 0; n < ALONE; n += 1) times.push(await timedRequest(url, { agent, token }));
  agent.destroy();
  return { perSecond, p99Ms, cpuUs, aloneMs: quantile(times, 0.5) };
}
