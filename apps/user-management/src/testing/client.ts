import { randomUUID } from 'node:crypto';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body, or {} for an empty one. */
  readonly body: Record<string, unknown>;
}

interface Call {
  readonly token?: string;
  readonly json?: unknown;
}

/** Sends one request to the service, as a client does. */
export async function call(method: string, url: string, { token, json }: Call = {}): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, headers: response.headers, body };
}

export const PASSWORD = 'correct horse battery staple';

export const newEmail = () => `${randomUUID()}@example.com`;

export const register = (service: { url: string }, email = newEmail()) =>
  call('POST', `${service.url}/v1/users/register`, {
    json: { email, password: PASSWORD, device_id: 'test' },
  });

export const logIn = (service: { url: string }, email: string, password = PASSWORD) =>
  call('POST', `${service.url}/v1/auth/login`, { json: { email, password, device_id: 'test' } });

export interface Registered {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
}

/** Registers a new user, and returns it with its token. */
export async function newUser(service: { url: string }): Promise<Registered> {
  const { status, body } = await register(service);
  if (status !== 201) throw new Error(`registration answered ${status}: ${JSON.stringify(body)}`);
  return { id: String(body['user_id']), email: String(body['email']), ...tokensIn(body) };
}

/** The tokens of an answer that logs in. */
export function tokensIn(body: Record<string, unknown>): Pick<Registered, 'token' | 'refreshToken'> {
  const auth = body['auth'] as { token: string; refresh_token: string };
  return { token: auth.token, refreshToken: auth.refresh_token };
}

export const refresh = (service: { url: string }, refreshToken: string) =>
  call('POST', `${service.url}/v1/auth/refresh`, { json: { refresh_token: refreshToken } });

export const me = (service: { url: string }, token: string) =>
  call('GET', `${service.url}/v1/users/me`, { token });
