import { parseServiceName, type Scope, serviceTokenOf } from '@user-management/domain';
import { sampleSecrets } from '@user-management/conformance';
import { call, type Reply } from './client.ts';
import type { Service } from './service.ts';

export const ADA = { email: 'ada@example.com', password: 'correct horse', device_id: 'ada-phone' };

export interface Person {
  readonly userId: string;
  readonly token: string;
  readonly sessionId: string;
  readonly refreshToken: string;
  /** `/v1/users/{user_id}` */
  readonly path: string;
}

/** Somebody who is registered, with a token that works. */
export async function register(service: Service, member: object = {}): Promise<Person> {
  const { body } = await call(service, 'POST', '/v1/users/register', { json: { ...ADA, ...member } });
  return personIn(body);
}

/** The one whose tokens an answer has. */
export function personIn(body: Reply['body']): Person {
  const { user_id: userId, auth } = body as { user_id: string; auth: Record<string, string> };
  const { token = '', session_id: sessionId = '', refresh_token: refreshToken = '' } = auth;
  return { userId, token, sessionId, refreshToken, path: `/v1/users/${userId}` };
}

/** The token of a service that operators let in. */
export function letIn({ serviceTokens }: Service, ...scopes: readonly Scope[]): string {
  const token = serviceTokenOf(sampleSecrets.newSecret());
  const entry = { name: parseServiceName('billing'), digest: sampleSecrets.digest(token), notAfter: null };
  serviceTokens.replace([...serviceTokens.entries(), { ...entry, scopes }]);
  return token;
}
