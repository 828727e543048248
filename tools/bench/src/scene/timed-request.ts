import { once } from 'node:events';
import { type Agent, type IncomingMessage, request } from 'node:http';
import { JSON_TYPE } from './scene.ts';

/** @returns the milliseconds until the end of the answer. @throws when the status is not the expected one. */
export async function timedRequest(
  url: string,
  options: { agent: Agent; token?: string; json?: unknown },
  expected = 200,
): Promise<number> {
  const { agent, token, json } = options;
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(json !== undefined && JSON_TYPE),
  };
  const body = json === undefined ? undefined : JSON.stringify(json);
  const began = performance.now();
  const outgoing = request(url, { agent, headers, method: body === undefined ? 'GET' : 'POST' });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  await once(answer.resume(), 'end');
  if (answer.statusCode !== expected) throw new Error(`${url} answered ${answer.statusCode ?? 'nothing'}`);
  return performance.now() - began;
}
