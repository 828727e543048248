import { SCOPES } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { internalRoutes, routes } from '../testing/api.ts';
import { letIn, register } from '../testing/people.ts';
import { sendRaw } from '../testing/raw.ts';
import { type Service, startService } from '../testing/service.ts';

const publicPaths = new Set(routes.map(({ path }) => path));
const hidden = internalRoutes
  .filter(({ path }) => !publicPaths.has(path))
  .map(({ method, path }) => ({
    method,
    path: path.replaceAll(/\{\w+\}/g, 'usr_019c136349c070008000000000000ada'),
  }));

/** Spellings by which some server or proxy would find the path. */
const SPELLINGS: readonly ((path: string, internal: string) => string)[] = [
  (path) => path,
  (path) => `/${path}`,
  (path) => path.replaceAll('/', '//'),
  (path) => `${path}/`,
  (path) => `/.${path}`,
  (path) => `/livez/..${path}`,
  (path) => `/livez/%2e%2e${path}`,
  (path) => `/livez%2f..${path}`,
  (path) => `/livez/..;${path}`,
  (path) => path.replaceAll('/', '\\'),
  (path) => path.replaceAll('/', '/%2f'),
  (path) => path.replace('v1', '%761'),
  (path) => path.replace('v1', 'V1'),
  (path) => `${path};a=b`,
  (path) => `${path}%00`,
  (path) => `${path}%20`,
  (path) => `${path}?a=b`,
  (path) => `/livez?${path}`,
  (path, internal) => `http://${internal}${path}`,
  (path, internal) => `HTTP://${internal.toUpperCase()}${path}`,
  (path, internal) => `/http://${internal}${path}`,
];

async function start() {
  const service = await startService();
  const internal = `127.0.0.1:${service.internal.port}`;
  const tokens = [letIn(service, ...SCOPES), (await register(service)).token];
  return { service, internal, credentials: tokens.map((token) => `Authorization: Bearer ${token}`) };
}

const statusOf = async (service: Service, ...lines: readonly string[]): Promise<number> => {
  const answer = await sendRaw(service, `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
  return Number(answer.split(' ')[1]);
};

describe.each(hidden)('$method $path of the internal listener', ({ method, path }) => {
  it('is not found on the public one, however the request spells it', async () => {
    const { service, internal, credentials } = await start();
    for (const spell of SPELLINGS) {
      const target = spell(path, internal);
      const known = target.startsWith('/livez?') ? [200, 405] : [400, 404];
      for (const line of credentials) {
        const status = await statusOf(service, `${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', line);
        expect(known, target).toContain(status);
      }
    }
  });

  it('is not found on the public one, whatever the headers say', async () => {
    const { service, internal, credentials } = await start();
    const [line = ''] = credentials;
    const headers = [
      [`Host: ${internal}`],
      ['Host: 127.0.0.1', `X-Forwarded-Host: ${internal}`, `X-Forwarded-Port: ${service.internal.port}`],
      ['Host: 127.0.0.1', `Forwarded: host="${internal}";proto=http`],
    ];
    for (const lines of headers) {
      expect(await statusOf(service, `${method} ${path} HTTP/1.1`, line, ...lines)).toBe(404);
    }
    const rewritten = [
      `X-Original-URL: ${path}`,
      `X-Rewrite-URL: ${path}`,
      `X-HTTP-Method-Override: ${method}`,
    ];
    const elsewhere = ['GET /nowhere HTTP/1.1', 'Host: 127.0.0.1', line, ...rewritten];
    expect(await statusOf(service, ...elsewhere)).toBe(404);
  });
});

it('the public listener keeps the state of files to itself', async () => {
  const service = await startService();
  service.fileStates.push({ variable: 'SERVICE_TOKENS_FILE', problem: 'refused' });
  for (const path of ['/health', '/health/user-management', '/livez', '/readyz']) {
    const answer = await sendRaw(
      service,
      `GET ${path} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain('200 OK');
    expect(answer).not.toMatch(/files|refused/);
  }
});
