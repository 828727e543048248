import { createSmallRedis, type Redis } from '@user-management/redis/small';
import { readSettings, type Settings } from '@user-management/settings';
import type { SchemaState } from '@user-management/sql/inspect';
import { once } from '../once.ts';
import { readSchema } from './read-schema.ts';
import { type Survey, surveyKeys } from './survey-keys.ts';

/** A person waits at a terminal, so five seconds are enough. */
const CONNECT_MS = 5_000;

const nothing = () => undefined;
const SILENT = {
  observer: { lookup: nothing, command: nothing, redisState: nothing, redisVitals: nothing },
  logger: { info: nothing, warn: nothing, error: nothing },
};

/** The Redis and the user store that the variables name. The first check that needs one connects to it. */
export class Patient {
  readonly env: NodeJS.ProcessEnv;
  /** @throws {InvalidSettings} */
  readonly settings: () => Settings;
  /** Connects like the service. @throws the cause of a failure. */
  readonly redis: () => Promise<Redis>;
  readonly survey: () => Promise<Survey>;
  readonly schema: () => Promise<SchemaState>;
  #redis: Redis | undefined;

  constructor(env: NodeJS.ProcessEnv) {
    this.env = env;
    this.settings = once(() => readSettings(env));
    this.redis = once(() => this.#connect());
    this.survey = once(async () => surveyKeys(await this.redis()));
    this.schema = once(() => readSchema(this.settings()));
  }

  /** Texts that must not be shown. */
  get secrets(): readonly string[] {
    const { redis, database } = this.settings();
    const url = database.kind === 'postgres' ? database.url.reveal() : undefined;
    const all = [
      redis.username?.reveal(),
      redis.password?.reveal(),
      url,
      url && decodeURIComponent(new URL(url).password),
    ];
    return all.filter((secret) => secret !== undefined);
  }

  async close(): Promise<void> {
    await this.#redis?.close();
  }

  async #connect(): Promise<Redis> {
    const { redis } = this.settings();
    const connectTimeoutMs = Math.min(redis.connectTimeoutMs, CONNECT_MS);
    this.#redis = createSmallRedis({ ...redis, ...SILENT, connectTimeoutMs, consequence: '' });
    await this.#redis.connect();
    return this.#redis;
  }
}
