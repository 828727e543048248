import { json } from '../answer/answer.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { health, internalHealth, probe } from '../schemas/answers.ts';

const healthRoute = (path: string, operationId: string, audience: string) =>
  defineRoute({
    method: 'GET',
    path,
    operationId,
    summary: 'Read the health of the service',
    description: `Says whether the service serves requests, and whether Redis is connected. ${audience}`,
    access: 'public',
    answers: {
      200: {
        description:
          'The service is ready. It is degraded while Redis refuses writes or memory takes its place.',
        schema: health,
      },
      503: {
        description: 'The service is not ready: it cannot use Redis, or it is about to stop.',
        schema: health,
        example: { status: 'degraded', service: 'user_management', redis: 'disconnected' },
      },
    },
    handle(_request, services) {
      const { status, redis, serving } = services.health();
      return json(serving ? 200 : 503, { status, service: 'user_management', redis });
    },
  });

const readHealth = healthRoute('/health', 'readHealth', 'For people and monitoring inside the cluster.');
const readPublicHealth = healthRoute(
  '/health/user-management',
  'readPublicHealth',
  'The same as `/health`, under the path that the Ingress exposes.',
);

const live = defineRoute({
  method: 'GET',
  path: '/livez',
  operationId: 'live',
  summary: 'Check that the process is alive',
  description:
    'Answers as long as the process can. A lost Redis does not change that: a restart would not help.',
  access: 'public',
  answers: { 200: { description: 'Do not restart the process: it is alive.', schema: probe } },
  handle: () => json(200, { status: 'ok' }),
});

const ready = defineRoute({
  method: 'GET',
  path: '/readyz',
  operationId: 'ready',
  summary: 'Check that the service is ready',
  description: 'Says whether a load balancer should send requests to this replica.',
  access: 'public',
  answers: {
    200: { description: 'Send requests: the service is ready.', schema: probe },
    503: {
      description: 'Send no requests: the service has lost Redis, or it is about to stop.',
      schema: probe,
      example: { status: 'draining' },
    },
  },
  handle(_request, services) {
    const { status, serving } = services.health();
    return json(serving ? 200 : 503, { status });
  },
});

const readMetrics = defineRoute({
  method: 'GET',
  path: '/metrics',
  operationId: 'readMetrics',
  summary: 'Read the metrics',
  description: 'Returns the metrics of this replica in the text format of Prometheus.',
  access: 'public',
  answers: {
    200: {
      description: 'The metrics.',
      mediaType: 'text/plain',
      example: 'user_management_build_info{version="1.2.3",node="24.0.0",argon2="default"} 1\n',
    },
  },
  handle: async (_request, { metrics }) => ({
    status: 200,
    headers: { 'Content-Type': metrics.contentType },
    body: await metrics.render(),
  }),
});

const readInternalHealth = defineRoute({
  method: 'GET',
  path: '/health',
  operationId: 'readHealth',
  summary: 'Read the health of the service',
  description:
    'Says what `/health` says on the public listener, and whether each file that operators may replace is ' +
    'in force. A file that is refused does not make the service unhealthy: the content before stays in ' +
    'force.',
  access: 'public',
  answers: {
    200: { description: 'The service is ready.', schema: internalHealth },
    503: {
      description: 'The service is not ready: it cannot use Redis, or it is about to stop.',
      schema: internalHealth,
      example: { status: 'degraded', service: 'user_management', redis: 'disconnected', files: [] },
    },
  },
  handle(_request, services) {
    const { status, redis, serving } = services.health();
    const files = services.files();
    return json(serving ? 200 : 503, { status, service: 'user_management', redis, files });
  },
});

const group = { name: 'Operations', description: 'Health and metrics, for operators.' };

export const operations: RouteGroup = {
  ...group,
  routes: [readHealth, readPublicHealth, live, ready, readMetrics],
};

export const internalOperations: RouteGroup = {
  ...group,
  routes: [readInternalHealth, live, ready, readMetrics],
};
