import { type RedisServer, type Service, startRedis, startService } from '@user-management/servers';
import { likeManifests } from './redis.ts';

export interface Scene {
  readonly redis: RedisServer;
  readonly service: Service;
  readonly close: () => Promise<void>;
}

/**
 * Starts a production service with its own Redis. That Redis also stores the users, unless `env` names a
 * store.
 */
export async function openScene(env: Record<string, string> = {}): Promise<Scene> {
  const redis = await startRedis({ args: likeManifests({ holdsUsers: env['DATABASE_URL'] === undefined }) });
  try {
    const service = await startService({ ...productionEnv(redis), ...env });
    const close = async () => {
      await service.stop();
      await redis.stop();
    };
    return { redis, service, close };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

export const productionEnv = (redis: RedisServer): Record<string, string> => ({
  APP_ENV: 'production',
  REDIS_HOST: redis.host,
  REDIS_PORT: String(redis.port),
});

/** What OWASP recommends: the default of the service. */
export const ARGON2_PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const EMAIL = 'bench@example.com';
export const PASSWORD = 'correct horse battery staple';
export const JSON_TYPE = { 'content-type': 'application/json' };

/** Registers a user of the benchmark. @returns a token */
export async function register({ url }: Service, email = EMAIL): Promise<string> {
  const body = JSON.stringify({ email, password: PASSWORD, device_id: 'bench' });
  const response = await fetch(`${url}/v1/users/register`, { method: 'POST', headers: JSON_TYPE, body });
  if (response.status !== 201) throw new Error(`registration answered ${response.status}`);
  const { auth } = (await response.json()) as { auth: { token: string } };
  return auth.token;
}
