import {
  type AuthTokenRecord,
  type Clock,
  type Digest,
  expiryOf,
  fromRfc3339,
  type Logger,
  parseDeviceId,
  parseEpoch,
  parseSessionId,
  parseStoredEmail,
  parseUserId,
  type Timestamp,
  toRfc3339,
  type TokenStore,
  ValidationFailed,
} from '@user-management/domain';
import { Entries } from './entries.ts';
import type { RedisObserver } from '../connection/options.ts';
import { keys } from '../keys.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';
import type { Redis } from '../topology/redis.ts';
import { nullOr, parseObject } from './user-json.ts';

interface Options {
  readonly clock: Clock;
  readonly observer: RedisObserver;
  readonly logger: Logger;
}

export class RedisTokenStore implements TokenStore {
  readonly #redis: Runner;
  readonly #clock: Clock;
  readonly #entries: Entries;

  constructor(redis: Redis, { clock, observer, logger }: Options) {
    this.#redis = onBehalfOf('token store', redis);
    this.#clock = clock;
    this.#entries = new Entries(this.#redis, observer, logger);
  }

  async save(token: Digest, record: AuthTokenRecord): Promise<void> {
    const left = expiryOf(record) - this.#clock.now();
    if (left <= 0) return;
    const key = keys.token(token);
    await this.#redis.run(key, (session) => session.send(['SET', key, toJson(record), 'PX', String(left)]));
  }

  find(token: Digest): Promise<AuthTokenRecord | undefined> {
    return this.#entries.read('token', keys.token(token), fromJson);
  }

  async expire(token: Digest, at: Timestamp): Promise<void> {
    const key = keys.token(token);
    const left = Math.max(1, at - this.#clock.now());
    await this.#redis.run(key, (session) => session.send(['PEXPIRE', key, String(left)]));
  }

  async revoke(token: Digest): Promise<void> {
    const key = keys.token(token);
    await this.#redis.run(key, (session) => session.send(['DEL', key]));
  }
}

const toJson = (record: AuthTokenRecord) =>
  JSON.stringify({
    user_id: record.userId,
    session_id: record.sessionId,
    session_epoch: record.epoch,
    email: record.email,
    device_id: record.deviceId,
    expires_in: record.expiresIn,
    created_at: toRfc3339(record.createdAt),
  });

/** Tokens of a version of the service without sessions lack two members, and work until they expire. */
function fromJson(text: string): AuthTokenRecord {
  const json = parseObject(text);
  const expiresIn = json['expires_in'];
  if (!Number.isSafeInteger(expiresIn) || (expiresIn as number) < 1) {
    throw new ValidationFailed('must expire after a number of seconds');
  }
  return {
    userId: parseUserId(json['user_id']),
    sessionId: nullOr(parseSessionId, json['session_id'] ?? null),
    epoch: parseEpoch(json['session_epoch'] ?? 0),
    email: parseStoredEmail(json['email']),
    deviceId: parseDeviceId(json['device_id']),
    expiresIn: expiresIn as number,
    createdAt: fromRfc3339(json['created_at']),
  };
}
