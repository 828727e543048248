import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { aDevice, anEmail } from '@user-management/conformance';
import { type Auth, parsePassword, parseRefreshToken } from '@user-management/domain';
import { Metrics } from '@user-management/prometheus';
import { keys } from '@user-management/redis';
import { redisUrl } from '@user-management/servers';
import { readSettings } from '@user-management/settings';
import { afterEach, expect, it, vi } from 'vitest';
import { compose } from './compose.ts';
import { connectRedis } from './connect-redis.ts';
import { createLogger } from './log/logger.ts';
import { openStore } from './open-store.ts';
import { startTurnstile } from './testing/turnstile.ts';

const logger = await createLogger({ level: 'error', format: 'json' });
const device = aDevice('phone');
const password = parsePassword('correct horse battery staple');
const SQLITE = `sqlite:${tmpdir()}/${randomUUID()}.db`;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  vi.useRealTimers();
});

/** One replica in this process, as production composes it, and one user of it. */
async function world(databaseUrl: string, variables: Record<string, string> = {}) {
  // No heartbeat comes between the commands.
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const url = new URL(redisUrl());
  const turnstile = await startTurnstile(url);
  const environment = {
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: String(turnstile.port),
    REDIS_DB: url.pathname.slice(1),
    DATABASE_URL: databaseUrl,
    ...variables,
  };
  const settings = readSettings({ ...environment, APP_ENV: 'production' });
  const metrics = new Metrics();
  const redis = await connectRedis(settings, metrics, logger);
  closing.push(() => redis.close());
  const store = await openStore(readSettings({ ...environment, APP_ENV: 'development' }), redis, logger);
  closing.push(() => store.close());
  const none = { mailing: undefined, serviceTokens: undefined, webhookSender: undefined };
  const { useCases, limiter } = compose({ ...none, settings, redis, store, metrics, logger });

  const register = () => {
    const applicant = { email: anEmail(), device, phone: null, name: null, preferences: {} };
    return useCases.registerUser(applicant, password);
  };
  const { user, auth, device: pass } = await register();
  const check = ({ token }: Auth) => useCases.authenticate(token, device);
  const logIn = (shown?: typeof pass.token) => useCases.logIn({ email: user.email, password }, device, shown);
  const refresh = ({ refresh }: Auth) => useCases.refreshSession(parseRefreshToken(refresh?.token), device);
  const patch = async ({ token }: Auth, theme: string) => {
    const caller = await useCases.authenticate(token, device);
    return useCases.mergePreferences(caller.user, { theme });
  };
  /** The limit of the address comes before the use case. */
  const limited = async <T>(request: () => Promise<T>): Promise<T> => {
    await limiter.use({ name: 'test', limit: 1_000, seconds: 60 }, '192.0.2.1');
    return request();
  };
  /** Forgets the user, as the cache does after a while. */
  const forget = () =>
    redis.run('', (session) => session.send(['DEL', keys.user(user.id), keys.email(user.email)]));

  // Scripts are sent in full once.
  const { auth: used } = await logIn(pass.token);
  await patch(await refresh(used), 'dark');
  await limited(() => logIn());
  return { ...turnstile, auth, pass, register, logIn, refresh, patch, limited, forget, check };
}

type World = Awaited<ReturnType<typeof world>>;

/** The round trips that a request waits for, and the commands that it sends. */
async function cost(
  here: World,
  request: () => Promise<unknown>,
  before: () => Promise<unknown> = () => here.check(here.auth),
) {
  await before();
  await here.settled();
  const already = here.trips.length;
  await request();
  const waited = here.trips.length - already;
  await here.settled();
  const sent = here.trips.slice(already).flat().length;
  return `${waited} round trip${waited === 1 ? '' : 's'}, ${sent} command${sent === 1 ? '' : 's'}`;
}

async function costsOf(here: World) {
  const { auth, pass, register, logIn, refresh, patch, limited, forget } = here;
  return {
    'a refresh': await cost(here, () => limited(() => refresh(auth))),
    'a change of preferences': await cost(here, () => patch(auth, 'light')),
    'a login': await cost(here, () => limited(() => logIn())),
    'a login on a known device': await cost(here, () => limited(() => logIn(pass.token))),
    'a login of a forgotten user': await cost(here, () => limited(() => logIn()), forget),
    'a registration': await cost(here, () => limited(register)),
  };
}

it('has the users in Redis, and waits for no more round trips than these', async () => {
  const here = await world('redis:');
  expect(await cost(here, () => here.check(here.auth))).toBe('1 round trip, 1 command');
  expect(await costsOf(here)).toEqual({
    'a refresh': '6 round trips, 7 commands',
    'a change of preferences': '4 round trips, 5 commands',
    'a login': '6 round trips, 23 commands',
    'a login on a known device': '8 round trips, 24 commands',
    'a login of a forgotten user': '7 round trips, 25 commands',
    'a registration': '11 round trips, 23 commands',
  });
});

it('ends the session that was unseen the longest, and waits for no more round trips than these', async () => {
  const here = await world('redis:', { SESSIONS_PER_USER: '1' });
  const logIn = () => here.limited(() => here.logIn());
  expect(await cost(here, logIn, () => here.settled())).toBe('14 round trips, 37 commands');
});

it('has the users in a SQL database, and waits for no more round trips to Redis than these', async () => {
  closing.push(() => rm(SQLITE.slice('sqlite:'.length)));
  const here = await world(SQLITE);
  expect(await costsOf(here)).toEqual({
    'a refresh': '4 round trips, 4 commands',
    'a change of preferences': '3 round trips, 4 commands',
    'a login': '5 round trips, 11 commands',
    'a login on a known device': '7 round trips, 12 commands',
    'a login of a forgotten user': '4 round trips, 10 commands',
    'a registration': '4 round trips, 6 commands',
  });
});
