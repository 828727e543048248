import { DependencyUnavailable, DEVICE_TOKEN_TTL } from '@user-management/domain';
import { aDigest, aUserId, anEmail } from '@user-management/conformance';
import { redisUrl, startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { patternOf } from '../keys.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { flush } from '../testing/describe-redis.ts';
import { RedisKnownDevices } from './known-devices.ts';

async function world() {
  const { redis } = await connect(redisUrl());
  const raw = await connectRaw(redisUrl());
  await flush(redis);
  const devices = new RedisKnownDevices(redis);
  const [account, token, user] = [anEmail(), aDigest(), aUserId()];
  await devices.remember(account, token, user);
  const [key = ''] = await raw.keys('*');
  return { raw, devices, account, token, user, key };
}

describe('the devices of an account', () => {
  it('are one key, which does not show the address and expires', async () => {
    const { raw, key } = await world();
    expect(key).toMatch(/^auth:devices:[A-Za-z0-9_-]{22}$/);
    expect(patternOf(key)).toBe('auth:devices:*');
    expect(await raw.ttl(key)).toBeGreaterThan(DEVICE_TOKEN_TTL - 60);
    expect(await raw.ttl(key)).toBeLessThanOrEqual(DEVICE_TOKEN_TTL);
  });

  it('are twenty after a thousand logins, in less than 5 KiB', async () => {
    const { raw, devices, account, user, key } = await world();
    for (let n = 0; n < 1_000; n++) await devices.remember(account, aDigest(), user);
    expect(await raw.hLen(key)).toBe(20);
    expect(await raw.memoryUsage(key)).toBeLessThan(5 * 1024);
  });
});

describe('a poisoned device', () => {
  it.each(['', 'nonsense', '5', `1 ${aUserId()}`, `nan ${aUserId()}`, '99999999999999999 nobody', '-1 -1'])(
    'counts as none, and is replaced: %j',
    async (value) => {
      const { raw, devices, account, token, user, key } = await world();
      await raw.hSet(key, token, value);
      expect(await devices.find(account, token)).toBeUndefined();
      await devices.remember(account, token, user);
      expect(await devices.find(account, token)).toBe(user);
    },
  );

  it('makes room first', async () => {
    const { raw, devices, account, token, user, key } = await world();
    await raw.hSet(key, 'nonsense', 'nonsense');
    for (let n = 0; n < 18; n++) await devices.remember(account, aDigest(), user);
    expect(await raw.hExists(key, 'nonsense')).toBe(0);
    expect(await devices.find(account, token)).toBe(user);
  });

  it('of another type counts as none, and is replaced', async () => {
    const { raw, devices, account, token, user, key } = await world();
    await raw.set(key, 'x');
    expect(await devices.find(account, token)).toBeUndefined();
    await devices.remember(account, token, user);
    expect(await devices.find(account, token)).toBe(user);
  });
});

it('refuses to answer without Redis', async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const { redis } = await connect(server.url);
  const devices = new RedisKnownDevices(redis);
  const [account, token] = [anEmail(), aDigest()];
  await devices.remember(account, token, aUserId());
  await server.stop();
  const unavailable = new DependencyUnavailable('token store');
  await expect(devices.find(account, token)).rejects.toThrow(unavailable);
  await expect(devices.remember(account, token, aUserId())).rejects.toThrow(unavailable);
  await expect(devices.forget(account)).rejects.toThrow(unavailable);
});
