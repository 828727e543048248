import {
  DEVICE_TOKEN_TTL,
  type Digest,
  type Email,
  type KnownDevices,
  MOST_KNOWN_DEVICES,
  parseUserId,
  type UserId,
  ValidationFailed,
} from '@user-management/domain';
import { Script } from '../connection/script.ts';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';

// All times are in microseconds, so that the order of two logins is known.
const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]`;

const FIND = new Script(`${NOW}
  local stored = redis.pcall('HGET', KEYS[1], ARGV[1])
  if type(stored) ~= 'string' then return false end
  local expiry, user = string.match(stored, '^(%d+) (.*)$')
  return expiry and tonumber(expiry) > now and user or false`);

/** A value of another type counts as none. */
const REMEMBER = new Script(`${NOW}
  local token, user, ttl, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
  local stored = redis.pcall('HGETALL', KEYS[1])
  if stored.err then
    redis.call('DEL', KEYS[1])
    stored = {}
  end
  local others = {}
  for i = 1, #stored, 2 do
    if stored[i] ~= token then
      local expiry = tonumber(string.match(stored[i + 1], '^%d+')) or 0
      others[#others + 1] = {token = stored[i], expiry = expiry}
    end
  end
  table.sort(others, function(a, b) return a.expiry > b.expiry end)
  for place, other in ipairs(others) do
    if place >= most or other.expiry <= now then redis.call('HDEL', KEYS[1], other.token) end
  end
  redis.call('HSET', KEYS[1], token, string.format('%.0f %s', now + ttl * 1000000, user))
  redis.call('EXPIRE', KEYS[1], ttl)`);

/** One key for each account, which expires with its last device. The clock is that of Redis. */
export class RedisKnownDevices implements KnownDevices {
  readonly #redis: Runner;

  constructor(redis: Redis) {
    this.#redis = onBehalfOf('token store', redis);
  }

  async find(account: Email, token: Digest): Promise<UserId | undefined> {
    return toUserId(await this.#run(FIND, account, [token]));
  }

  async remember(account: Email, token: Digest, user: UserId): Promise<void> {
    await this.#run(REMEMBER, account, [token, user, DEVICE_TOKEN_TTL, MOST_KNOWN_DEVICES]);
  }

  async forget(account: Email): Promise<void> {
    const key = keys.devices(account);
    await this.#redis.run(key, (session) => session.send(['DEL', key]));
  }

  #run(script: Script, account: Email, args: readonly (string | number)[]) {
    const key = keys.devices(account);
    return this.#redis.run(key, (session) => script.run(session, [key], args.map(String)));
  }
}

function toUserId(reply: unknown): UserId | undefined {
  try {
    return reply === null || reply === false ? undefined : parseUserId(reply);
  } catch (error) {
    if (error instanceof ValidationFailed) return undefined;
    throw error;
  }
}
