import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConstantServer } from '../children/constant-server.ts';
import { mediansOfEach } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { loadWithCpu, type Request } from '../scene/load.ts';
import { openScene, register } from '../scene/scene.ts';
import { letIn, SERVICE_TOKEN } from '../scene/service-token.ts';

/** Of each measurement in a round. Other work of the machine lasts about as long as a whole round. */
const TURNS = 3;

/**
 * Compares introspections and the check for proxies with session checks, and introspections with an empty Koa
 * route that reads the same form.
 */
export async function measureIntrospections(rounds: number, seconds: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const { service, close } = await openScene({ SERVICE_TOKENS_FILE: await letIn(folder, 'introspect') });
  const token = await register(service);
  const authorization = `Bearer ${token}`;
  const measure = (pid: number, request: Request) => loadWithCpu(pid, request, seconds / TURNS);
  const { internalUrl, url, pid } = service;
  const introspection = {
    url: `${internalUrl}/v1/introspect`,
    method: 'POST' as const,
    headers: {
      authorization: `Bearer ${SERVICE_TOKEN}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ token }).toString(),
  };
  const koa = await startConstantServer('./koa-form.ts', await fetch(introspection.url, introspection));
  const figures = await mediansOfEach(rounds * TURNS, {
    session: () => measure(pid, { url: `${url}/v1/users/me`, headers: { authorization } }),
    introspection: () => measure(pid, introspection),
    check: () => measure(pid, { url: `${internalUrl}/v1/check`, headers: { authorization } }),
    koa: () => measure(koa.pid, { ...introspection, url: `${koa.origin}/v1/introspect` }),
  });
  koa.stop();
  await close();
  await rm(folder, { recursive: true });
  return [
    ...against('introspections', figures.introspection, SESSION_CHECKS, figures.session),
    ...against('checks', figures.check, SESSION_CHECKS, figures.session),
    ...against('introspections', figures.introspection, KOA_ROUTE, figures.koa),
  ];
}

interface Figures {
  readonly perSecond: number;
  readonly cpuUs: number;
}

interface Comparison {
  readonly name: string;
  readonly wanted: string;
}

const SESSION_CHECKS: Comparison = { name: 'session checks (GET /v1/users/me)', wanted: '>= 0.90' };
/** It says what is reachable with a body. */
const KOA_ROUTE: Comparison = { name: 'an empty Koa route with a form', wanted: '' };

const against = (what: string, ours: Figures, { name, wanted }: Comparison, theirs: Figures): Row[] => [
  {
    what: `${what}/s, against ${name}`,
    result: (ours.perSecond / theirs.perSecond).toFixed(2),
    wanted,
    raw: `${Math.round(ours.perSecond)}/s against ${Math.round(theirs.perSecond)}/s`,
  },
  {
    what: `${what} for the CPU time of one, against ${name}`,
    result: (theirs.cpuUs / ours.cpuUs).toFixed(2),
    wanted,
    raw: `${ours.cpuUs.toFixed(0)} µs against ${theirs.cpuUs.toFixed(0)} µs`,
  },
];
