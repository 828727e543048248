import { Agent } from 'node:http';
import { startSmtp } from '@user-management/servers';
import { quantile } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { openScene, register } from '../scene/scene.ts';
import { timedRequest } from '../scene/timed-request.ts';

/** The number of requests of each kind. */
const SAMPLES = 200;

const KNOWN = 'known@example.com';

/**
 * Measures whether the time of a request for a code reveals that an email is registered, with a relay that
 * takes mails and with one that is dead.
 */
export async function measureResets(): Promise<Row[]> {
  return [...(await compare('with a relay', true)), ...(await compare('with a dead relay', false))];
}

async function compare(relayed: string, alive: boolean): Promise<Row[]> {
  const relay = await startSmtp();
  if (!alive) await relay.stop();
  const mail = { SMTP_URL: relay.url, MAIL_FROM: 'no-reply@example.com', RATE_LIMIT_MAIL: '1000000/60' };
  const scene = await openScene({ ...mail, SECRET_KEY: 'A'.repeat(43), DATABASE_URL: 'redis:' });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await register(scene.service, KNOWN);
    const ask = (email: string) =>
      timedRequest(`${scene.service.url}/v1/auth/password-reset`, { agent, json: { email } }, 202);
    return [row(`reset of an unknown email, against a known one, ${relayed}`, await alternate(ask))];
  } finally {
    agent.destroy();
    await scene.close();
    await relay.close();
  }
}

interface Medians {
  readonly known: number;
  readonly unknown: number;
}

async function alternate(ask: (email: string) => Promise<number>): Promise<Medians> {
  const figures = { known: [] as number[], unknown: [] as number[] };
  for (let warmUp = 0; warmUp < SAMPLES / 4; warmUp += 1) await ask(KNOWN);
  for (let n = 0; n < SAMPLES; n += 1) {
    figures.known.push(await ask(KNOWN));
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
