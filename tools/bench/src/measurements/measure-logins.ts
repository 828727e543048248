import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Service } from '@user-management/servers';
import { hash } from 'argon2';
import { message, startChild } from '../children/child.ts';
import { medians } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { throughput } from '../scene/load.ts';
import { ARGON2_PARAMETERS, JSON_TYPE, openScene, PASSWORD, register } from '../scene/scene.ts';

const PATH = '/v1/auth/login';

/** Enough to keep every core busy, but not so many that the service refuses some. */
const IN_FLIGHT = 4 * availableParallelism();

/** A user who reaches the limit of sessions ends one with each login, so the logins are of many users. */
const USERS = 50;

/**
 * Compares logins at saturation with argon2 alone, and with an empty Koa route that checks the password.
 * Measures the event-loop delay during the logins.
 */
export async function measureLogins(rounds: number, seconds: number): Promise<Row[]> {
  const { service, close } = await openScene({
    NODE_OPTIONS: `--import=${import.meta.resolve('../children/event-loop-probe.ts')}`,
  });
  const emails = Array.from({ length: USERS }, (_, n) => `bench-${n}@example.com`);
  for (const email of emails) await register(service, email);
  const login = {
    url: `${service.url}${PATH}`,
    method: 'POST' as const,
    headers: JSON_TYPE,
    bodies: emails.map((email) => JSON.stringify({ email, password: PASSWORD, device_id: 'bench' })),
    connections: IN_FLIGHT,
  };
  const passwordHash = await hash(PASSWORD, ARGON2_PARAMETERS);
  const argon2 = startChild('./direct-argon2.ts', passwordHash, PASSWORD, `${IN_FLIGHT}`, `${seconds}`);
  const answer = await fetch(login.url, { method: 'POST', headers: JSON_TYPE, body: login.bodies[0] ?? '' });
  const koa = startChild('./koa-password.ts', passwordHash, await answer.text());
  const koaUrl = `http://127.0.0.1:${await message<number>(koa)}${PATH}`;
  const delays: number[] = [];
  const figures = await medians(rounds, {
    direct: async () => {
      argon2.send('measure');
      return message<number>(argon2);
    },
    koa: () => throughput({ ...login, url: koaUrl }, seconds),
    logins: async () => {
      await eventLoopDelayP99(service);
      const rate = await throughput(login, seconds);
      delays.push(await eventLoopDelayP99(service));
      return rate;
    },
  });
  for (const child of [argon2, koa]) child.kill();
  await close();
  return [
    {
      what: 'logins, against argon2 alone',
      result: (figures.logins / figures.direct).toFixed(2),
      wanted: '>= 0.97',
      raw: `${figures.logins.toFixed(1)}/s, argon2 ${figures.direct.toFixed(1)}/s, ${IN_FLIGHT} in flight`,
    },
    {
      what: 'logins, against an empty Koa route that checks the password',
      result: (figures.logins / figures.koa).toFixed(2),
      wanted: '',
      raw: `${figures.logins.toFixed(1)}/s, Koa ${figures.koa.toFixed(1)}/s, ${IN_FLIGHT} in flight`,
    },
    {
      what: 'event-loop delay during the logins, 99th percentile',
      result: `${Math.max(...delays).toFixed(1)} ms`,
      wanted: '< 20 ms',
      raw: delays.map((delay) => `${delay.toFixed(1)} ms`).join(', '),
    },
  ];
}

/** In milliseconds since the last call. */
async function eventLoopDelayP99(service: Service): Promise<number> {
  const before = service.output().length;
  service.signal('SIGUSR2');
  for (;;) {
    const [, milliseconds] = /delay p99 (\S+) ms/.exec(service.output().slice(before)) ?? [];
    if (milliseconds !== undefined) return Number(milliseconds);
    await wait(10);
  }
}
