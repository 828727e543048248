import { INTERNAL_PORT } from '../kit/identity.ts';
import { called, nameOf, namespaceOf, type Objects, ofKind } from './objects.ts';
import { type Policy, policy } from './policy.ts';

const HEALTH = '/health/user-management';
const INSIDE = ['/', '/metrics', '/livez', '/readyz', '/health'];

export const EXPOSURE: readonly Policy[] = [
  policy('an Ingress has a class and certificates for its hosts', (objects) =>
    ofKind(objects, 'Ingress').flatMap((one) => {
      const { spec } = one;
      const certified = (spec?.tls ?? [])
        .filter(({ secretName }) => secretName)
        .flatMap(({ hosts }) => hosts ?? []);
      return [
        !spec?.ingressClassName && `${called(one)}: spec.ingressClassName must be set.`,
        ...(spec?.rules ?? []).map(
          ({ host }) =>
            !certified.includes(host ?? '') &&
            `${called(one)}: ${host ?? 'any host'} must have a certificate.`,
        ),
      ];
    }),
  ),

  policy('an HTTPRoute has a host and a Gateway', (objects) =>
    ofKind(objects, 'HTTPRoute').flatMap((one) => [
      !one.spec.hostnames?.length && `${called(one)}: spec.hostnames must name a host.`,
      !one.spec.parentRefs?.length && `${called(one)}: spec.parentRefs must name a Gateway.`,
    ]),
  ),

  policy('only the API and its health are exposed', (objects) =>
    exposed(objects).flatMap(({ of, paths }) => [
      !paths.includes(HEALTH) && `${of}: ${HEALTH} must be exposed.`,
      ...paths.map((path) => INSIDE.includes(path) && `${of}: ${path} must not be exposed.`),
    ]),
  ),

  policy('exposed paths lead to a port of a Service', (objects) =>
    exposed(objects).flatMap(({ of, namespace, backends }) =>
      backends.map(
        ({ name, port }) =>
          !hasPort(objects, namespace, name, port) &&
          `${of}: no Service has the port ${name}:${String(port)}.`,
      ),
    ),
  ),

  policy('no Ingress and no HTTPRoute leads to the internal port', (objects) =>
    exposed(objects).flatMap(({ of, backends }) =>
      backends.map(
        ({ name, port }) => port === INTERNAL_PORT.number && `${of}: ${name}:${port} must not be exposed.`,
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
