import type { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { RedisHere } from '../../environment/environment.ts';
import { REDIS, REDIS_IDENTITY, REDIS_PORT } from '../../kit/identity.ts';
import { checksum } from '../../kit/checksum.ts';
import { CONTAINER_SECURITY, podSecurity } from '../../kit/hardening.ts';
import { REDIS_SELECTOR, redisLabels } from '../../kit/labels.ts';
import { declaredSecret } from '../../environment/wired-variables.ts';
import { CONFIG_FOLDER, DATA_FOLDER, SECRET_FOLDER } from './config.ts';

export const REDIS_CONFIG_MAP = 'redis-config';

const quantity = (text: string): k8s.Quantity => k8s.Quantity.fromString(text);
const { name: SECRET, key: PASSWORD } = declaredSecret('REDIS_PASSWORD');

/** One pod. With several, a failover would lose what the primary had acknowledged and not yet passed on. */
export function addStatefulSet(
  chart: Chart,
  account: k8s.KubeServiceAccount,
  redis: RedisHere,
  files: Readonly<Record<string, string>>,
): void {
  new k8s.KubeStatefulSet(chart, 'stateful-set', {
    metadata: { name: REDIS },
    spec: {
      replicas: 1,
      serviceName: REDIS,
      selector: { matchLabels: REDIS_SELECTOR },
      template: {
        metadata: { labels: redisLabels(redis.image), annotations: checksum(files) },
        spec: {
          serviceAccountName: account.name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          // Time to flush the append-only file to a slow disk.
          terminationGracePeriodSeconds: 60,
          securityContext: podSecurity(REDIS_IDENTITY),
          containers: [container(redis)],
          volumes: VOLUMES,
        },
      },
      volumeClaimTemplates: [claim(redis)],
    },
  });
}

const container = ({ image, cpu, memory }: RedisHere): k8s.Container => ({
  name: REDIS,
  image,
  imagePullPolicy: 'IfNotPresent',
  command: ['sh', `${CONFIG_FOLDER}/start.sh`],
  ports: [{ name: REDIS, containerPort: REDIS_PORT }],
  // Any answer is a sign of life, also that the password is missing or that data is still being loaded,
  // however long that takes.
  startupProbe: { ...exec('redis-cli', 'ping'), periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 },
  livenessProbe: { ...exec('redis-cli', 'ping'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
  readinessProbe: {
    ...exec('sh', `${CONFIG_FOLDER}/ready.sh`),
    periodSeconds: 5,
    timeoutSeconds: 2,
    failureThreshold: 2,
  },
  resources: {
    requests: { cpu: quantity(cpu), memory: quantity(memory), 'ephemeral-storage': quantity('64Mi') },
    limits: { memory: quantity(memory), 'ephemeral-storage': quantity('64Mi') },
  },
  securityContext: CONTAINER_SECURITY,
  volumeMounts: [
    { name: 'data', mountPath: DATA_FOLDER },
    { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
    { name: 'password', mountPath: SECRET_FOLDER, readOnly: true },
    { name: 'tmp', mountPath: '/tmp' },
  ],
});

const exec = (...command: string[]) => ({ exec: { command } });

const VOLUMES: k8s.Volume[] = [
  { name: 'config', configMap: { name: REDIS_CONFIG_MAP } },
  // For the group alone, which is the container's.
  {
    name: 'password',
    secret: { secretName: SECRET, items: [{ key: PASSWORD, path: 'password' }], defaultMode: 0o440 },
  },
  { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: quantity('16Mi') } },
];

const claim = ({ storage, storageClass }: RedisHere): k8s.KubePersistentVolumeClaimProps => ({
  metadata: { name: 'data', labels: REDIS_SELECTOR },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: quantity(storage) } },
    ...(storageClass && { storageClassName: storageClass }),
  },
});
