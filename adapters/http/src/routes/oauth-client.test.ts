import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  allowInsecureRequests,
  type AuthorizationServer,
  type ClientAuth,
  introspectionRequest,
  processIntrospectionResponse,
  processRevocationResponse,
  revocationRequest,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';
import { expect, it } from 'vitest';
import { letIn, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const client = { client_id: 'billing' };
const options = { [allowInsecureRequests]: true };

const serverOf = ({ internal }: Service): AuthorizationServer => {
  const issuer = `http://127.0.0.1:${internal.port}`;
  return {
    issuer,
    introspection_endpoint: `${issuer}/v1/introspect`,
    revocation_endpoint: `${issuer}/v1/revoke`,
  };
};

const by =
  (token: string): ClientAuth =>
  (_server, _client, _body, headers) =>
    headers.set('authorization', `Bearer ${token}`);

it('a client library for OAuth 2.0 introspects and revokes without changes', async () => {
  const service = await startService();
  const ada = await register(service);
  const server = serverOf(service);
  const auth = by(letIn(service, 'introspect'));
  const introspect = async (token: string) => {
    const response = await introspectionRequest(server, client, auth, token, options);
    return processIntrospectionResponse(server, client, response);
  };
  expect(await introspect(ada.token)).toMatchObject({ active: true, sub: ada.userId, token_type: 'Bearer' });
  expect(await introspect(ada.refreshToken)).toEqual({ active: false });
  await processRevocationResponse(
    await revocationRequest(server, client, auth, ada.refreshToken, {
      ...options,
      additionalParameters: { token_type_hint: 'refresh_token' },
    }),
  );
  expect(await introspect(ada.token)).toEqual({ active: false });
});

it('the example of docs/integrate.md introspects', async () => {
  const service = await startService();
  const ada = await register(service);
  const page = readFileSync(new URL('../../../../docs/integrate.md', import.meta.url), 'utf8');
  const example = (/^```js\n([^]*?)^```$/m.exec(page)?.[1] ?? '').replace(
    /http:.*:8081/,
    `http://127.0.0.1:${service.internal.port}`,
  );
  const ask = async (token: string) => {
    const script = `${example} console.log(JSON.stringify(await introspect('${token}')));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      // The library is found from here.
      { cwd: import.meta.dirname, env: { SERVICE_TOKEN: letIn(service, 'introspect') } },
    );
    return JSON.parse(stdout) as unknown;
  };
  expect(await ask(ada.token)).toMatchObject({ active: true, sub: ada.userId });
  expect(await ask('atk_')).toEqual({ active: false });
});

it('a client library for OAuth 2.0 understands a refusal', async () => {
  const service = await startService();
  const server = serverOf(service);
  const response = await introspectionRequest(
    server,
    client,
    by(letIn(service, 'users:read')),
    'atk_',
    options,
  );
  const refused = processIntrospectionResponse(server, client, response);
  await expect(refused).rejects.toBeInstanceOf(WWWAuthenticateChallengeError);
  await expect(refused).rejects.toMatchObject({
    cause: [{ scheme: 'bearer', parameters: { error: 'insufficient_scope', scope: 'introspect' } }],
  });
});
