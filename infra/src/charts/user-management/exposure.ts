import { ApiObject, type Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Exposure, Gateway, Ingress } from '../../environment/schema.ts';
import { SERVICE, SERVICE_PORT } from '../../kit/identity.ts';

/** The exposed paths. Metrics, probes and the description of the API stay inside the cluster. */
const PREFIXES = ['/v1/auth', '/v1/users'];
const HEALTH = '/health/user-management';

export function expose(chart: Chart, exposure: readonly Exposure[]): void {
  for (const one of exposure) {
    if (one.kind === 'ingress') addIngress(chart, one);
    else addRoute(chart, one);
  }
}

function addIngress(
  chart: Chart,
  { name = SERVICE, className, host, tlsSecret, annotations }: Ingress,
): void {
  const backend = { service: { name: SERVICE, port: { number: SERVICE_PORT.number } } };
  new k8s.KubeIngress(chart, `ingress-${name}`, {
    metadata: { name, ...(annotations && { annotations }) },
    spec: {
      ingressClassName: className,
      tls: [{ hosts: [host], secretName: tlsSecret }],
      rules: [
        {
          host,
          http: {
            paths: [
              { path: HEALTH, pathType: 'Exact', backend },
              ...PREFIXES.map((path) => ({ path, pathType: 'Prefix', backend })),
            ],
          },
        },
      ],
    },
  });
}

function addRoute(chart: Chart, { name = SERVICE, gateway, host, ...options }: Gateway): void {
  const matches = [
    ...PREFIXES.toReversed().map((value) => ({ path: { type: 'PathPrefix', value } })),
    { path: { type: 'Exact', value: HEALTH } },
  ];
  const { annotations, filters, timeouts } = options;
  const { listener: sectionName, ...parent } = gateway;
  new ApiObject(chart, `route-${name}`, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, ...(annotations && { annotations }) },
    spec: {
      parentRefs: [{ ...parent, ...(sectionName && { sectionName }) }],
      hostnames: [host],
      rules: [
        {
          matches,
          ...(filters && { filters }),
          ...(timeouts && { timeouts }),
          backendRefs: [{ name: SERVICE, port: SERVICE_PORT.number }],
        },
      ],
    },
  });
}
