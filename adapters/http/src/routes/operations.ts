import { json } from '../answer/answer.ts';
import { defineRoute } from '../api/route.ts';
import { health, probe } from '../schemas/answers.ts';

const healthRoute = (path: string, operationId: string) =>
  defineRoute({
    method: 'GET',
    path,
    operationId,
    summary: 'Say how the service is doing',
    access: 'public',
    answers: {
      200: { description: 'It serves; degraded where it does so without Redis.', schema: health },
      503: { description: 'It does not serve: it lost Redis, or it is about to stop.', schema: health },
    },
    handle(_request, services) {
      const { status, redis, serving } = services.health();
      return json(serving ? 200 : 503, { status, service: 'user_management', redis });
    },
  });

export const readHealth = healthRoute('/health', 'readHealth');
/** The same under the path that the Ingress exposes. */
export const readPublicHealth = healthRoute('/health/user-management', 'readPublicHealth');

export const live = defineRoute({
  method: 'GET',
  path: '/livez',
  operationId: 'live',
  summary: 'Answer as long as the process does; a restart would mend nothing else',
  access: 'public',
  answers: { 200: { description: 'It lives.', schema: probe } },
  handle: () => json(200, { status: 'ok' }),
});

export const ready = defineRoute({
  method: 'GET',
  path: '/readyz',
  operationId: 'ready',
  summary: 'Say whether requests should be sent here',
  access: 'public',
  answers: {
    200: { description: 'They should.', schema: probe },
    503: { description: 'They should not.', schema: probe },
  },
  handle(_request, services) {
    const { status, serving } = services.health();
    return json(serving ? 200 : 503, { status });
  },
});

export const readMetrics = defineRoute({
  method: 'GET',
  path: '/metrics',
  operationId: 'readMetrics',
  summary: 'Figures for Prometheus',
  access: 'public',
  answers: { 200: { description: 'Prometheus text.', mediaType: 'text/plain' } },
  handle: async (_request, { metrics }) => ({
    status: 200,
    headers: { 'Content-Type': metrics.contentType },
    body: await metrics.render(),
  }),
});
