import Koa from 'koa';
import { type Api, routesOf } from './api/route.ts';
import { answerAboutService, answerLiteralPaths, createRouter } from './api/router.ts';
import type { Services } from './api/services.ts';
import type { State } from './api/state.ts';
import { answerEveryRequest, type HttpObserver } from './server/answer-every-request.ts';

interface Parts extends Services {
  readonly api: Api;
  readonly observer: HttpObserver;
}

/**
 * Serves an API. A request goes one way: `answerEveryRequest` → router → `Route.perform`, which checks the
 * token and the body → handler → use case. `answerEveryRequest` sends what comes back, answer or error.
 */
export function createApp({ api, observer, ...services }: Parts): Koa<State> {
  const app = new Koa<State>();
  const draining = () => services.health().status === 'draining';
  app.use(answerEveryRequest({ logger: services.logger, observer, draining }));
  app.use(answerAboutService);
  app.use(answerLiteralPaths(routesOf(api), services));
  app.use(createRouter(routesOf(api), services).routes());
  // Errors of requests never get here. This is a connection that broke while the answer was written.
  app.on('error', (err: unknown) => {
    services.logger.info({ err }, 'An answer could not be delivered');
  });
  return app;
}
