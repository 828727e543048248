import { called, nameOf, namespaceOf, type Objects, ofKind } from './objects.ts';
import { type Policy, policy } from './policy.ts';

const HEALTH = '/health/user-management';
const INSIDE = ['/', '/metrics', '/livez', '/readyz', '/health'];

export const EXPOSURE: readonly Policy[] = [
  policy('an Ingress has a class, and certificates for its hosts', (objects) =>
    ofKind(objects, 'Ingress').flatMap(({ spec }) => {
      const certified = (spec?.tls ?? [])
        .filter(({ secretName }) => secretName)
        .flatMap(({ hosts }) => hosts ?? []);
      return [
        !spec?.ingressClassName && 'the Ingress has no class',
        ...(spec?.rules ?? []).map(
          ({ host }) => !certified.includes(host ?? '') && `${host ?? 'any host'} has no certificate`,
        ),
      ];
    }),
  ),

  policy('a route has a host and a Gateway', (objects) =>
    ofKind(objects, 'HTTPRoute').flatMap(({ spec }) => [
      !spec.hostnames?.length && 'the HTTPRoute has no host',
      !spec.parentRefs?.length && 'the HTTPRoute has no Gateway',
    ]),
  ),

  policy('the world sees the API and its health, and nothing else', (objects) =>
    exposed(objects).flatMap(({ of, paths }) => [
      !paths.includes(HEALTH) && `${of} leaves out ${HEALTH}`,
      ...paths.map((path) => INSIDE.includes(path) && `${of} must not expose ${path}`),
    ]),
  ),

  policy('what is exposed leads to a port of a Service', (objects) =>
    exposed(objects).flatMap(({ of, namespace, backends }) =>
      backends.map(
        ({ name, port }) =>
          !hasPort(objects, namespace, name, port) &&
          `${of}: no Service has the port ${name}:${String(port)}`,
      ),
    ),
  ),
];

interface Exposed {
  readonly of: string;
  readonly namespace: string;
  readonly paths: readonly string[];
  readonly backends: readonly { readonly name: string; readonly port: number | undefined }[];
}

const exposed = (objects: Objects): readonly Exposed[] => [
  ...ofKind(objects, 'Ingress').map((one) => {
    const paths = (one.spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
    return {
      of: called(one),
      namespace: namespaceOf(one),
      paths: paths.map(({ path = '/' }) => path),
      backends: paths.map(({ backend: { service } }) => ({
        name: service?.name ?? '',
        port: service?.port?.number,
      })),
    };
  }),
  ...ofKind(objects, 'HTTPRoute').map((one) => {
    const rules = one.spec.rules ?? [];
    return {
      of: called(one),
      namespace: namespaceOf(one),
      paths: rules.flatMap(({ matches = [] }) => matches).map(({ path }) => path?.value ?? '/'),
      backends: rules
        .flatMap(({ backendRefs = [] }) => backendRefs)
        .map(({ name, port }) => ({ name, port })),
    };
  }),
];

const hasPort = (objects: Objects, namespace: string, name: string, port: number | undefined): boolean =>
  ofKind(objects, 'Service')
    .filter((service) => nameOf(service) === name && namespaceOf(service) === namespace)
    .some(({ spec }) => spec?.ports?.some((one) => one.port === port));
