import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { JSON_TYPE, PASSWORD } from './scene.ts';

/** A user of the benchmark who is logged in. */
export interface Client {
  readonly userId: string;
  token: string;
  refreshToken: string;
}

let people = 0;

export async function registered(url: string): Promise<Client> {
  const email = `client-${(people += 1)}@example.com`;
  const body = await post(`${url}/v1/users/register`, { email, password: PASSWORD, device_id: 'bench' });
  return { userId: String(body['user_id']), ...tokensIn(body) };
}

/** Gets the newest tokens of the client. */
export async function refresh(url: string, client: Client): Promise<void> {
  const body = await post(`${url}/v1/auth/refresh`, { refresh_token: client.refreshToken });
  Object.assign(client, tokensIn(body));
}

export const changePreferences = (url: string, { token }: Client, json: object) =>
  send('PATCH', `${url}/v1/users/me/preferences`, json, { authorization: `Bearer ${token}` });

/** Lets each client act again and again, all at the same time. @returns how often they did in a second. */
export async function perSecond(
  clients: readonly Client[],
  seconds: number,
  act: (client: Client) => Promise<unknown>,
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  await Promise.all(
    clients.map(async (client) => {
      for (; performance.now() < end; count += 1) await act(client);
    }),
  );
  return count / seconds;
}

const post = (url: string, json: object) => send('POST', url, json);

// `fetch` takes as much CPU time as the service, and both share the machine.
const agent = new Agent({ keepAlive: true });

async function send(method: string, url: string, json: object, headers = {}) {
  const outgoing = request(url, { agent, method, headers: { ...JSON_TYPE, ...headers } });
  outgoing.end(JSON.stringify(json));
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const body = await text(answer);
  if (answer.statusCode !== 200 && answer.statusCode !== 201)
    throw new Error(`${url} answered ${answer.statusCode ?? 'nothing'}`);
  return JSON.parse(body) as Record<string, unknown>;
}

function tokensIn(body: Record<string, unknown>): Pick<Client, 'token' | 'refreshToken'> {
  const { token, refresh_token } = body['auth'] as Record<'token' | 'refresh_token', string>;
  return { token, refreshToken: refresh_token };
}
