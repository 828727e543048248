import type { Logger } from '@user-management/domain';
import Koa from 'koa';
import { answerEveryRequest, type HttpObserver } from './server/answer-every-request.ts';
import { createRouter } from './api/router.ts';
import { routes } from './routes/index.ts';
import type { Services } from './api/services.ts';
import type { State } from './api/state.ts';

interface Parts extends Services {
  readonly observer: HttpObserver;
  readonly logger: Logger;
}

/**
 * The HTTP API. A request goes one way: `answerEveryRequest` → router → `Route.perform`, which checks who
 * asks and what they send → handler → use case. What comes back, answer or error, `answerEveryRequest` sends.
 */
export function createApp({ observer, logger, ...services }: Parts): Koa<State> {
  const app = new Koa<State>();
  const draining = () => services.health().status === 'draining';
  app.use(answerEveryRequest({ logger, observer, draining }));
  app.use(createRouter(routes, services).routes());
  // Errors of requests never get here; this is a connection that broke while it was written to.
  app.on('error', (err: unknown) => {
    logger.info({ err }, 'An answer could not be delivered');
  });
  return app;
}
