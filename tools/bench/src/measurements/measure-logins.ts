import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Service } from '@user-management/servers';
import { hash } from 'argon2';
import { message, startChild } from '../children/child.ts';
import { medians } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { throughput } from '../scene/load.ts';
import { JSON_TYPE, openScene, PASSWORD, register } from '../scene/scene.ts';

/** The parameters that OWASP recommends: the default of the service. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Enough to keep every core busy, but not so many that the service refuses some. */
const IN_FLIGHT = 4 * availableParallelism();

/** A user who reaches the limit of sessions ends one with each login, so the logins are of many users. */
const USERS = 50;

/** Compares logins at saturation with argon2 alone, and measures the event-loop delay during the logins. */
export async function measureLogins(rounds: number, seconds: number): Promise<Row[]> {
  const { service, close } = await openScene({
    NODE_OPTIONS: `--import=${import.meta.resolve('../children/event-loop-probe.ts')}`,
  });
  const emails = Array.from({ length: USERS }, (_, n) => `bench-${n}@example.com`);
  for (const email of emails) await register(service, email);
  const login = {
    url: `${service.url}/v1/auth/login`,
    method: 'POST' as const,
    headers: JSON_TYPE,
    bodies: emails.map((email) => JSON.stringify({ email, password: PASSWORD, device_id: 'bench' })),
    connections: IN_FLIGHT,
  };
  const argon2 = startChild(
    './direct-argon2.ts',
    await hash(PASSWORD, PARAMETERS),
    PASSWORD,
    String(IN_FLIGHT),
    String(seconds),
  );
  const delays: number[] = [];
  const figures = await medians(rounds, {
    direct: async () => {
      argon2.send('measure');
      return message<number>(argon2);
    },
    logins: async () => {
      await eventLoopDelayP99(service);
      const rate = await throughput(login, seconds);
      delays.push(await eventLoopDelayP99(service));
      return rate;
    },
  });
  argon2.kill();
  await close();
  return [
    {
      what: 'logins, against argon2 alone',
      result: (figures.logins / figures.direct).toFixed(2),
      wanted: '>= 0.90',
      raw: `${figures.logins.toFixed(1)}/s, argon2 ${figures.direct.toFixed(1)}/s, ${IN_FLIGHT} in flight`,
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
