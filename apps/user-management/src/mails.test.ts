import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createPostgresDatabase,
  type RedisServer,
  type Service,
  type SmtpServer,
  startRedis,
  startService,
  startSmtp,
} from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, logIn, me, newEmail, newUser, PASSWORD } from './testing/client.ts';
import { redisContents } from './testing/redis-contents.ts';

const NEXT = 'a longer horse battery';
const SECRET_KEY = 'k'.repeat(42) + 'A';

describe.each(['redis', 'postgres', 'sqlite'])('three replicas with one relay and users in %s', (store) => {
  let redis: RedisServer;
  let relay: SmtpServer;
  let replicas: Service[] = [];
  let database: { readonly url: string; drop(): Promise<void> };

  beforeAll(async () => {
    [redis, relay, database] = await Promise.all([
      startRedis({ args: ['--appendonly', 'yes'] }),
      startSmtp(),
      DATABASES[store]?.() ?? Promise.reject(new Error(`There is no store ${store}.`)),
    ]);
    const env = {
      APP_ENV: 'production',
      DATABASE_URL: database.url,
      REDIS_HOST: redis.host,
      REDIS_PORT: String(redis.port),
      SMTP_URL: relay.url,
      MAIL_FROM: 'Example <no-reply@example.com>',
      RATE_LIMIT_MAIL: '20/3600',
      SECRET_KEY,
    };
    replicas = await Promise.all([startService(env), startService(env), startService(env)]);
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await Promise.all([redis.stop(), relay.close(), database.drop()]);
  });

  const replica = (n: number): Service => {
    const found = replicas[n % replicas.length];
    if (!found) throw new Error('There is no replica.');
    return found;
  };

  const requestReset = (n: number, email: string) =>
    call('POST', `${replica(n).url}/v1/auth/password-reset`, { json: { email } });

  /** The mails to an address, once there are this many. */
  const mailsTo = async (email: string, count: number) => {
    await expect
      .poll(() => relay.mails.filter(({ to }) => to.includes(email)).length, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(count);
    return relay.mails.filter(({ to }) => to.includes(email));
  };

  /** How many mails the replicas have sent and removed. */
  const sent = async (): Promise<number> => {
    const counts = replicas.map(async ({ url }) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^user_management_mails_total\{outcome="sent"\} (\d+)$/m.exec(text)?.[1]);
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };

  const codeIn = ({ mail }: SmtpServer['mails'][number]) =>
    /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(mail.text ?? '')?.[0] ?? '';

  it('reset a password with a code from one mail, on any of them', { timeout: 30_000 }, async () => {
    const { email, token } = await newUser(replica(0));
    const { status, body } = await requestReset(1, email);
    expect(status).toBe(202);
    const [mail] = await mailsTo(email, 1);
    const code = mail ? codeIn(mail) : '';
    const confirm = (n: number) =>
      call('POST', `${replica(n).url}/v1/auth/password-reset/confirm`, {
        json: { challenge: body['challenge'], code, new_password: NEXT },
      });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => confirm(n)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, ...Array<number>(19).fill(422)]);
    for (let n = 0; n < 3; n++) expect((await me(replica(n), token)).status).toBe(401);
    expect((await logIn(replica(2), email)).status).toBe(401);
    expect((await logIn(replica(2), email, NEXT)).status).toBe(200);
  });

  it('send each mail once', { timeout: 30_000 }, async () => {
    const people = await Promise.all(Array.from({ length: 6 }, (_, n) => newUser(replica(n))));
    const asked = await Promise.all(
      people.flatMap(({ email }) => [0, 1, 2].map((n) => requestReset(n, email))),
    );
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([202]));
    for (const { email } of people) await mailsTo(email, 3);
    // A replica counts a mail once it is out of the outbox. So no mail is left to be sent again.
    await expect.poll(sent, { timeout: 20_000 }).toBe(relay.mails.length);
    for (const { email } of people) {
      const ids = (await mailsTo(email, 3)).map(({ mail }) => mail.messageId);
      expect([ids.length, new Set(ids).size]).toEqual([3, 3]);
    }
  });

  it('change an email that was proven, and take the change back', { timeout: 30_000 }, async () => {
    const { email, token } = await newUser(replica(0));
    const next = newEmail();
    const asked = await call('POST', `${replica(1).url}/v1/users/me/email`, {
      token,
      json: { email: next, password: PASSWORD },
    });
    const [mail] = await mailsTo(next, 1);
    const json = { challenge: asked.body['challenge'], code: mail ? codeIn(mail) : '' };
    expect((await call('POST', `${replica(2).url}/v1/auth/email/confirm`, { json })).status).toBe(204);
    for (let n = 0; n < 3; n++) expect((await me(replica(n), token)).body['email']).toBe(next);
    // The notice of the request, and the one with the way back.
    const notices = await mailsTo(email, 2);
    const undo = notices.map(({ mail: { text = '' } }) => ({
      challenge: /chl_[0-9a-f]{32}/.exec(text)?.[0],
      code: /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(text)?.[0],
    }));
    const back = undo.find(({ challenge }) => challenge !== undefined);
    expect((await call('POST', `${replica(0).url}/v1/auth/email/undo`, { json: back })).status).toBe(204);
    for (let n = 0; n < 3; n++) expect((await me(replica(n), token)).status).toBe(401);
    expect((await logIn(replica(1), email)).status).toBe(200);
  });

  it('keep no code and no challenge in Redis or in the log', { timeout: 30_000 }, async () => {
    const { email } = await newUser(replica(0));
    // A refused mail would be tried again 15 s later.
    const waits = relay.breakDown({ at: 'MAIL', does: 'waits' });
    const { body } = await requestReset(0, email);
    await waits;
    const stored = await redisContents(redis.url);
    relay.mend();
    const [mail] = await mailsTo(email, 1);
    const secrets = [String(body['challenge']), mail ? codeIn(mail) : ''];
    const seen = JSON.stringify(stored) + replicas.map((one) => one.output()).join('');
    for (const secret of secrets) {
      expect(secret).not.toBe('');
      for (const form of [secret, secret.slice(4), secret.replace('-', '')]) expect(seen).not.toContain(form);
    }
  });
});

const DATABASES: Readonly<Record<string, () => Promise<{ url: string; drop(): Promise<void> }>>> = {
  redis: () => Promise.resolve({ url: 'redis:', drop: () => Promise.resolve() }),
  postgres: () => createPostgresDatabase(),
  sqlite: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mails-'));
    return { url: `sqlite:${join(folder, 'users.db')}`, drop: () => rm(folder, { recursive: true }) };
  },
};

describe('a service without a relay', () => {
  it('shows mails in the log of development', { timeout: 30_000 }, async () => {
    const service = await startService({ DATABASE_URL: 'memory:', SECRET_KEY });
    try {
      const { email } = await newUser(service);
      await call('POST', `${service.url}/v1/auth/password-reset`, { json: { email } });
      const shown = `This mail would go to ${email}:`;
      await expect.poll(() => service.output(), { timeout: 10_000 }).toContain(shown);
    } finally {
      await service.stop();
    }
  });

  it('says so at the start in production, and to whoever needs a mail', { timeout: 30_000 }, async () => {
    const redis = await startRedis({ args: ['--appendonly', 'yes'] });
    const service = await startService({
      APP_ENV: 'production',
      DATABASE_URL: 'redis:',
      REDIS_HOST: redis.host,
      REDIS_PORT: String(redis.port),
    });
    try {
      expect(service.output()).toContain('SMTP_URL is unset');
      const answer = await call('POST', `${service.url}/v1/auth/password-reset`, {
        json: { email: 'ada@example.com' },
      });
      expect(answer).toMatchObject({ status: 503, body: { code: 'mail-not-configured' } });
    } finally {
      await service.stop();
      await redis.stop();
    }
  });
});
