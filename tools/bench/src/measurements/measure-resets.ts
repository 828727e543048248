import { Agent } from 'node:http';
import { redisCli, type RedisServer, startService, startSmtp } from '@user-management/servers';
import { quantile } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { openScene, PASSWORD, productionEnv, register } from '../scene/scene.ts';
import { timedRequest } from '../scene/timed-request.ts';

/** The number of requests of each kind. */
const SAMPLES = 200;

const KNOWN = 'known@example.com';
const DISABLED = 'disabled@example.com';

const MAIL = {
  MAIL_FROM: 'no-reply@example.com',
  RATE_LIMIT_MAIL: '1000000/60',
  SECRET_KEY: 'A'.repeat(43),
};

/**
 * Measures whether the time of a request for a code reveals that an email is registered, with a relay that
 * takes mails and with one that is dead.
 */
export async function measureResets(): Promise<Row[]> {
  return [...(await measure('with a relay', true)), ...(await measure('with a dead relay', false))];
}

async function measure(relayed: string, alive: boolean): Promise<Row[]> {
  const relay = await startSmtp();
  if (!alive) await relay.stop();
  const scene = await openScene({ ...MAIL, SMTP_URL: relay.url });
  for (const email of [KNOWN, DISABLED]) await register(scene.service, email);
  await disable(scene.redis, DISABLED);
  // A second replica, where a registration needs a code.
  const verifying = { ...productionEnv(scene.redis), ...MAIL, SMTP_URL: relay.url, REGISTRATION: 'verified' };
  const verified = await startService(verifying);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const reset = (email: string) =>
    timedRequest(`${scene.service.url}/v1/auth/password-reset`, { agent, json: { email } }, 202);
  const registration = (email: string) => {
    const json = { email, password: PASSWORD, device_id: 'bench' };
    return timedRequest(`${verified.url}/v1/users/register`, { agent, json }, 202);
  };
  try {
    return [
      row(`reset of an unknown email, against a known one, ${relayed}`, await alternate(reset, KNOWN)),
      row(`reset of an unknown email, against a disabled one, ${relayed}`, await alternate(reset, DISABLED)),
      row(
        `registration of a free email, against a taken one, ${relayed}`,
        await alternate(registration, KNOWN),
      ),
    ];
  } finally {
    agent.destroy();
    await verified.stop();
    await scene.close();
    await relay.close();
  }
}

/** Nothing in the API disables a user yet. */
async function disable({ host, port }: RedisServer, email: string): Promise<void> {
  const url = `redis://${host}:${port}`;
  const id = String(await redisCli(url, 'GET', `record:user:email:${email}`));
  const record = String(await redisCli(url, 'GET', `record:user:${id}`));
  await redisCli(url, 'SET', `record:user:${id}`, record.replace('"status":"active"', '"status":"disabled"'));
  await redisCli(url, 'DEL', `user:${id}`);
}

interface Medians {
  readonly known: number;
  readonly unknown: number;
}

async function alternate(ask: (email: string) => Promise<number>, known: string): Promise<Medians> {
  const figures = { known: [] as number[], unknown: [] as number[] };
  for (let warmUp = 0; warmUp < SAMPLES / 4; warmUp += 1) await ask(known);
  for (let n = 0; n < SAMPLES; n += 1) {
    figures.known.push(await ask(known));
    figures.unknown.push(await ask(`unknown-${n}@example.com`));
  }
  return { known: quantile(figures.known, 0.5), unknown: quantile(figures.unknown, 0.5) };
}

const row = (what: string, { known, unknown }: Medians): Row => ({
  what,
  result: `${Math.abs(unknown - known).toFixed(2)} ms apart`,
  wanted: '< 2 ms',
  raw: `${unknown.toFixed(2)} ms, ${known.toFixed(2)} ms, medians of ${SAMPLES}`,
});
