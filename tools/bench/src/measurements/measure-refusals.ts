import { Agent } from 'node:http';
import { mediansOfEach, quantile } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { loadWithCpu } from '../scene/load.ts';
import { JSON_TYPE, openScene, PASSWORD } from '../scene/scene.ts';
import { timedRequest } from '../scene/timed-request.ts';

/** The number of requests that are sent one after the other. */
const SAMPLES = 1_000;

/** Measures logins that the limit per client address refuses: at saturation, and one after the other. */
export async function measureRefusals(rounds: number, seconds: number): Promise<Row[]> {
  const { service, close } = await openScene({ RATE_LIMIT_ADDRESS: '1/86400' });
  const url = `${service.url}/v1/auth/login`;
  const json = { email: 'bench@example.com', password: PASSWORD, device_id: 'bench' };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await timedRequest(url, { agent, json }, 401);
  const flood = { url, method: 'POST' as const, headers: JSON_TYPE, body: JSON.stringify(json), status: 429 };
  const alone: number[] = [];
  const { refusals } = await mediansOfEach(rounds, {
    refusals: () => loadWithCpu(service.pid, flood, seconds),
  });
  for (let n = 0; n < SAMPLES; n += 1) alone.push(await timedRequest(url, { agent, json }, 429));
  agent.destroy();
  await close();
  return [
    {
      what: 'logins that a limit refuses',
      result: `${Math.round(refusals.perSecond)}/s`,
      wanted: '>= 5000/s',
      raw: `50 connections, one replica, ${refusals.cpuUs.toFixed(0)} µs of its CPU each`,
    },
    {
      what: 'a login that a limit refuses, one after the other',
      result: `${quantile(alone, 0.5).toFixed(2)} ms`,
      wanted: '< 1 ms',
      raw: `99th percentile ${quantile(alone, 0.99).toFixed(2)} ms`,
    },
  ];
}
