import { ApiObject, type Chart } from 'cdk8s';
import { HttpIngressPathType, Ingress, IngressBackend, Secret, type Service } from 'cdk8s-plus-27';
import type * as environment from '../../environment/environment.ts';
import { SERVICE } from '../../kit/identity.ts';

/** What the world may ask for. Metrics, probes and the description of the API stay inside. */
const PREFIXES = ['/v1/users', '/v1/auth'];
const HEALTH = '/health/user-management';

export function expose(
  chart: Chart,
  exposure: environment.Ingress | environment.Gateway,
  service: Service,
): void {
  if (exposure.kind === 'ingress') addIngress(chart, exposure, service);
  else addRoute(chart, exposure, service);
}

function addIngress(chart: Chart, exposure: environment.Ingress, service: Service): void {
  const { className, host, tlsSecret, annotations } = exposure;
  const backend = IngressBackend.fromService(service);
  const ingress = new Ingress(chart, 'ingress', {
    metadata: { name: SERVICE, ...(annotations && { annotations }) },
    className,
    tls: [{ hosts: [host], secret: Secret.fromSecretName(chart, 'certificate', tlsSecret) }],
  });
  for (const path of PREFIXES) ingress.addHostRule(host, path, backend, HttpIngressPathType.PREFIX);
  ingress.addHostRule(host, HEALTH, backend, HttpIngressPathType.EXACT);
}

function addRoute(chart: Chart, { gateway, host }: environment.Gateway, service: Service): void {
  const matches = [
    ...PREFIXES.map((value) => ({ path: { type: 'PathPrefix', value } })),
    { path: { type: 'Exact', value: HEALTH } },
  ];
  const { name, namespace, listener: sectionName } = gateway;
  new ApiObject(chart, 'route', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: SERVICE },
    spec: {
      parentRefs: [{ name, namespace, ...(sectionName && { sectionName }) }],
      hostnames: [host],
      rules: [{ matches, backendRefs: [{ name: service.name, port: service.port }] }],
    },
  });
}
