import autocannon from 'autocannon';

const CONNECTIONS = 50;

export interface Request {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** One after the other, instead of `body`. Each connection begins with another one. */
  readonly bodies?: readonly string[];
  readonly connections?: number;
}

/** @returns the number of answers per second. @throws as `load` does. */
export const throughput = async (request: Request, seconds: number): Promise<number> =>
  (await load(request, seconds)).perSecond;

/**
 * Sends as many requests as the server can answer, for some seconds.
 * @throws when any answer is not 2xx.
 */
export async function load({ bodies, ...request }: Request, seconds: number) {
  let opened = 0;
  const { requests, latency, non2xx, errors } = await autocannon({
    connections: CONNECTIONS,
    ...request,
    ...(bodies && {
      setupClient(client) {
        const first = opened++ % bodies.length;
        const turned = [...bodies.slice(first), ...bodies.slice(0, first)];
        client.setRequests(turned.map((body) => ({ body })));
      },
    }),
    duration: seconds,
  });
  if (non2xx + errors > 0)
    throw new Error(`${request.url}: ${non2xx} answers were not 2xx, ${errors} failed`);
  return { perSecond: requests.average, count: requests.total, p99Ms: latency.p99 };
}
