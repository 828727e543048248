import { CONTAINER, deployment, inStandard, type Mistakes, POD, statefulSet } from './mistake.ts';

const service = inStandard('Service/user-management');
const NAME = 'app.kubernetes.io~1name';

export const REFERENCES: Mistakes = {
  'selectors match pods': [
    deployment('another label than the selector', { [`/spec/template/metadata/labels/${NAME}`]: 'users' }),
    service('a Service without pods', { [`/spec/selector/${NAME}`]: 'users' }),
  ],
  'peers of network policies match pods': [
    inStandard('NetworkPolicy/user-management')('a Redis of another name', {
      [`/spec/egress/1/to/0/podSelector/matchLabels/${NAME}`]: 'cache',
    }),
    inStandard('NetworkPolicy/redis')('a policy without pods', {
      [`/spec/podSelector/matchLabels/${NAME}`]: 'x',
    }),
  ],
  'ports name a port of the container': [
    service('a Service to a port without a listener', { '/spec/ports/0/targetPort': 3000 }),
    inStandard('Service/redis')('a port of another name', { '/spec/ports/0/targetPort': 'tcp' }),
    deployment('a probe of another port', { [`${CONTAINER}/readinessProbe/httpGet/port`]: 8090 }),
  ],
  'port numbers are valid': [
    deployment('a port beyond the last', { [`${CONTAINER}/ports/0/containerPort`]: 80_800 }),
  ],
  'referenced keys of ConfigMaps exist': [
    deployment('a key that the ConfigMap does not have', {
      [`${CONTAINER}/env/0/valueFrom/configMapKeyRef/key`]: 'app.environment',
    }),
    statefulSet('a ConfigMap of another name', { [`${POD}/volumes/0/configMap/name`]: 'redis-conf' }),
  ],
  'mounted volumes exist': [
    deployment('a mount without a volume', {
      [`${CONTAINER}/volumeMounts/-`]: { name: 'data', mountPath: '/data' },
    }),
    statefulSet('a claim of another name', { '/spec/volumeClaimTemplates/0/metadata/name': 'disk' }),
  ],
  'ServiceAccounts exist and have no token': [
    deployment('an account that is not there', { [`${POD}/serviceAccountName`]: 'default' }),
    inStandard('ServiceAccount/redis')('an account with a token', {
      '/automountServiceAccountToken': true,
    }),
  ],
  'the Service of a StatefulSet exists': [
    statefulSet('no Service of that name', { '/spec/serviceName': 'cache' }),
  ],
  'referenced keys of Secrets are created by a command or an operator': [
    deployment('a key that is never created', { [`${POD}/volumes/1/secret/items/0/key`]: 'pass' }),
    statefulSet('a Secret that is never created', {
      [`${POD}/volumes/1/projected/sources/0/secret/name`]: 'redis',
    }),
  ],
  'manifests contain no secrets': [
    inStandard('ConfigMap/user-management-config')('a Secret among the manifests', { '/kind': 'Secret' }),
    deployment('a password as a plain value', {
      [`${CONTAINER}/env/4`]: { name: 'REDIS_PASSWORD', value: 'hunter2' },
    }),
    deployment('a password in a URL', { [`${CONTAINER}/env/7/value`]: 'postgres://users:hunter2@db/users' }),
    inStandard('ConfigMap/redis-config')('a password in a configuration', {
      '/data/redis.conf': 'requirepass hunter2\n',
    }),
  ],
  'variables belong to the service': [
    deployment('a misspelt variable', { [`${CONTAINER}/env/-`]: { name: 'REDIS_CACHE_TLL', value: '60' } }),
  ],
  'the service accepts its settings': [
    inStandard('ConfigMap/user-management-config')('a value that the service refuses', {
      '/data/redis.cache.ttl': '1h',
    }),
  ],
};
