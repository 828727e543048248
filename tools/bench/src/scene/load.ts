import autocannon from 'autocannon';
import { quantile } from '../report/rounds.ts';
import { cpuSeconds } from './cpu-seconds.ts';

const CONNECTIONS = 50;

export interface Request {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** One after the other, instead of `body`. Each connection begins with another one. */
  readonly bodies?: readonly string[];
  readonly connections?: number;
  /** Of each answer. Without it, any 2xx. */
  readonly status?: number;
}

/** @returns the number of answers per second. @throws as `load` does. */
export const throughput = async (request: Request, seconds: number): Promise<number> =>
  (await load(request, seconds)).perSecond;

/** As `load`, with the CPU time of the server for an answer. @throws as `load` does. */
export async function loadWithCpu(pid: number, request: Request, seconds: number) {
  const before = cpuSeconds(pid);
  const answers = await load(request, seconds);
  return { ...answers, cpuUs: ((cpuSeconds(pid) - before) * 1e6) / answers.count };
}

/**
 * Sends as many requests as the server can answer, for some seconds.
 * @throws when any answer has another status.
 */
export async function load({ bodies, status, ...request }: Request, seconds: number) {
  let opened = 0;
  const times: number[] = [];
  const { requests, non2xx, errors, statusCodeStats } = await autocannon({
    connections: CONNECTIONS,
    ...request,
    setupClient(client) {
      // The report of autocannon has whole milliseconds, and a request takes one or two.
      client.on('response', (_status, _bytes, ms) => times.push(ms));
      if (!bodies) return;
      const first = opened++ % bodies.length;
      const turned = [...bodies.slice(first), ...bodies.slice(0, first)];
      client.setRequests(turned.map((body) => ({ body })));
    },
    duration: seconds,
  });
  const others =
    status === undefined ? non2xx : requests.total - (statusCodeStats?.[`${status}`]?.count ?? 0);
  if (others + errors > 0)
    throw new Error(`${request.url}: ${others} answers had another status, ${errors} failed`);
  return { perSecond: requests.average, count: requests.total, p99Ms: quantile(times, 0.99) };
}
