import { createPostgresDatabase, redisCli, redisUrl } from '@user-management/servers';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './testing/examine.ts';
import { runDoctor } from './testing/run-doctor.ts';

/**
 * In KiB. It was 14,000 on Linux with x64. One library that is loaded again takes at least 10,000, and so do
 * the keys of a full Redis when they are kept.
 */
const LIMIT = 20_000;

const FILL = `for n = 1, 100000 do
  redis.call('SET', 'auth:token:' .. string.rep('x', 60) .. n, '', 'EX', 60)
end`;

/** FLUSHDB would make all connections to the server drop what they keep near, also those of other tests. */
const EMPTY = `for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('UNLINK', key) end`;

const REPORT = `process.on('exit', () => console.error('peak', process.resourceUsage().maxRSS))`;

it('examines a full Redis and PostgreSQL with little more memory than Node needs', async () => {
  const database = await createPostgresDatabase();
  onTestFinished(() => database.drop());
  onTestFinished(async () => {
    await redisCli(redisUrl(), 'EVAL', EMPTY, '0');
  });
  await redisCli(redisUrl(), 'EVAL', FILL, '0');
  const { hostname, port, pathname } = new URL(redisUrl());
  const env = {
    REDIS_HOST: hostname,
    REDIS_PORT: port,
    REDIS_DB: pathname.slice(1),
    DATABASE_URL: database.url,
    NODE_COMPILE_CACHE: temporaryFolder(),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(REPORT)}`,
  };
  const peak = async (...args: string[]) => {
    const { stdout, stderr } = await runDoctor(args, env);
    return { stdout, peak: Number(/^peak (\d+)$/m.exec(stderr)?.[1]) };
  };
  // The first run fills the cache, as the build of the image does.
  expect((await peak()).stdout).toMatch(/\d{5} auth:token:\*/);
  const [all, least] = [await peak(), await peak('--help')];
  expect(all.peak - least.peak).toBeLessThan(LIMIT);
});
