import { setTimeout as wait } from 'node:timers/promises';
import { argon2Build } from '@user-management/argon2';
import { explain } from '@user-management/domain';
import {
  createApp,
  createServer,
  drain,
  internalApi,
  publicApi,
  trustedProxies,
} from '@user-management/http';
import { Metrics } from '@user-management/prometheus';
import { readSettings } from '@user-management/settings';
import { announce, warnAboutLimits } from './announce.ts';
import { compose } from './compose.ts';
import { connectRedis } from './connect-redis.ts';
import { exitCode } from './failure.ts';
import { Health } from './health.ts';
import { keepHouse } from './housekeeping.ts';
import { listen } from './listen.ts';
import { endAtFaults } from './log/end-at-faults.ts';
import { createLogger } from './log/logger.ts';
import { openStore } from './open-store.ts';
import { openServiceTokens } from './open-service-tokens.ts';
import { openPostOffice } from './post-office.ts';
import { prepareMailing } from './prepare-mailing.ts';
import { warmUp } from './warm-up.ts';
import { Couriers } from './webhooks/couriers.ts';
import { openWebhooks } from './webhooks/open-webhooks.ts';
import { version } from './version.ts';

/**
 * Reads the settings, connects, composes and listens. After a signal it drains the requests and closes
 * everything.
 */
async function main(): Promise<void> {
  const stop = stopSignal();
  const settings = readSettings(process.env, (problem) => {
    logger.warn({}, problem);
  });
  const logger = await createLogger(settings.log);
  endAtFaults(logger);
  const argon2 = argon2Build();
  const metrics = new Metrics({ version, argon2 });

  warnAboutLimits(settings, logger);
  const serviceTokens = await openServiceTokens(settings, metrics, logger);
  const webhooks = await openWebhooks(settings, metrics, logger);
  const redis = await connectRedis(settings, metrics, logger);
  const store = await openStore(settings, redis, logger);
  const mailing = await prepareMailing(settings, logger);
  const webhookSender = webhooks?.sender;
  const parts = { settings, mailing, serviceTokens, webhookSender, redis, store, metrics, logger };
  const { useCases, limiter } = compose(parts);
  const health = new Health(settings.appEnv, redis);

  const files = [serviceTokens, webhooks].flatMap((list) => list?.file ?? []);
  const services = {
    useCases,
    isTrustedProxy: trustedProxies(settings.trustedProxies),
    limiter,
    addressRate: settings.addressRate,
    registration: settings.registration,
    health: () => health.read(),
    files: () => files.map((file) => file.state),
    metrics,
    observer: metrics,
    logger,
  };
  const { host, ...ports } = settings.http;
  const server = createServer(createApp({ ...services, api: publicApi(version) }));
  const internal = createServer(
    createApp({ ...services, api: internalApi(version, Boolean(serviceTokens)) }),
    { streams: true },
  );
  const internalPort = await listen(internal, { host, port: ports.internalPort, variable: 'INTERNAL_PORT' });
  const port = await listen(server, { host, port: ports.port, variable: 'PORT' });
  announce(settings, { port, internalPort, argon2 }, redis.state, logger);
  const housekeeping = keepHouse(useCases, logger);
  const postOffice = openPostOffice(useCases, { observer: metrics, logger });
  const couriers =
    webhookSender && new Couriers(useCases, { sender: webhookSender, observer: metrics, logger });
  void warmUp(useCases, settings.cacheWarmUsers, logger);

  const signal = await stop;
  logger.info(
    { signal },
    'The service is stopping. It is not ready any more and finishes the requests in flight.',
  );
  health.draining = true;
  await wait(settings.shutdown.delayMs);
  webhookSender?.stop(settings.shutdown.timeoutMs);
  await Promise.all([
    drain(server, settings.shutdown.timeoutMs),
    drain(internal, settings.shutdown.timeoutMs),
    housekeeping.stop(),
    postOffice.stop(),
    mailing?.mailer.stop(settings.shutdown.timeoutMs),
    couriers?.stop(),
  ]);
  for (const file of files) file.stop();
  await store.close();
  await redis.close();
  logger.info({}, 'The service has stopped.');
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}

// The service continues when the reader of its output is gone (`npm start | head`). Without a listener, EPIPE
// would end the process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// No await here: the image's bundle is CommonJS (docs/decisions/0001-no-build-step.md).
main().then(
  () => (process.exitCode = 0),
  (error: unknown) => {
    process.stderr.write(`user-management does not start: ${explain(error)}\n`);
    process.exit(exitCode(error));
  },
);
