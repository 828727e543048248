import { createMemoryStore } from '@user-management/memory';
import { Metrics } from '@user-management/prometheus';
import { createRedis } from '@user-management/redis';
import { readSettings } from '@user-management/settings';
import { expect, it } from 'vitest';
import { compose } from './compose.ts';
import { createLogger } from './log/logger.ts';

const logger = await createLogger({ level: 'error', format: 'json' });
const metrics = new Metrics();

it.each(['development', 'production'])('has an adapter for every port in %s', (APP_ENV) => {
  const settings = readSettings({ APP_ENV });
  const redis = createRedis({
    mode: 'standalone',
    nodes: [{ host: 'never-connected.example', port: 6379 }],
    database: 0,
    connectTimeoutMs: 1,
    commandTimeoutMs: 1,
    consequence: 'nothing',
    observer: metrics,
    logger,
  });
  const store = createMemoryStore();
  // A missing registration throws when the use cases are resolved.
  const { useCases } = compose({
    settings,
    mailing: undefined,
    serviceTokens: undefined,
    webhookSender: undefined,
    redis,
    store,
    metrics,
    logger,
  });
  expect(useCases).toHaveProperty('logIn');
});
