import type { IStatefulSet } from 'kubernetes-models/apps/v1';
import type { IContainer, IPersistentVolumeClaim, IVolume } from 'kubernetes-models/v1';
import type { REDIS_SCHEMA } from '../../environment/schema.ts';
import { declaredSecret } from '../../environment/wired-variables.ts';
import { checksum } from '../../kit/checksum.ts';
import { CONTAINER_SECURITY, podSecurityContext } from '../../kit/hardening.ts';
import { PREVIOUS_PASSWORD, REDIS, REDIS_IDENTITY, REDIS_PORT } from '../../kit/identity.ts';
import { REDIS_SELECTOR, redisLabels } from '../../kit/labels.ts';
import { podTemplate } from '../pod.ts';
import { CONFIG_FOLDER, DATA_FOLDER, SECRET_FOLDER } from './config.ts';

export const REDIS_CONFIG_MAP = 'redis-config';

export const DATA = 'data';
/** Kubernetes builds the name from the template, the StatefulSet and the number of the pod. */
export const DATA_CLAIM = `${DATA}-${REDIS}-0`;

type Options = ReturnType<typeof REDIS_SCHEMA.parse>;

const { name: SECRET, key: PASSWORD } = declaredSecret('REDIS_PASSWORD');
const PREVIOUS = { key: PREVIOUS_PASSWORD, path: PREVIOUS_PASSWORD };

/** One pod only. With several, a failover would lose acknowledged writes that were not yet replicated. */
export const statefulSet = (
  options: Options,
  files: Readonly<Record<string, string>>,
): IStatefulSet & { metadata: { name: string } } => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: REDIS },
  spec: {
    replicas: 1,
    serviceName: REDIS,
    selector: { matchLabels: { ...REDIS_SELECTOR } },
    template: podTemplate(
      {
        labels: { ...options.labels, ...redisLabels(options.image) },
        annotations: { ...options.annotations, ...checksum(files) },
        main: container(options),
        spec: {
          serviceAccountName: options.pod.serviceAccount?.name ?? REDIS,
          // The time to flush the append-only file to a slow disk.
          terminationGracePeriodSeconds: 60,
          securityContext: podSecurityContext(options.podSecurity, REDIS_IDENTITY),
          volumes: VOLUMES,
        },
      },
      options.pod,
    ),
    volumeClaimTemplates: [claim(options)],
  },
});

const container = ({ image, cpu, memory }: Options): IContainer => ({
  name: REDIS,
  image,
  imagePullPolicy: 'IfNotPresent',
  command: ['sh', `${CONFIG_FOLDER}/start.sh`],
  ports: [{ name: REDIS, containerPort: REDIS_PORT }],
  // Any answer is a sign of life, even that the password is missing or that Redis still loads its data.
  startupProbe: { ...exec('redis-cli', 'ping'), periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 },
  livenessProbe: { ...exec('redis-cli', 'ping'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
  readinessProbe: {
    ...exec('sh', `${CONFIG_FOLDER}/ready.sh`),
    periodSeconds: 5,
    timeoutSeconds: 2,
    failureThreshold: 2,
  },
  resources: {
    requests: { cpu, memory, 'ephemeral-storage': '64Mi' },
    limits: { memory, 'ephemeral-storage': '64Mi' },
  },
  securityContext: CONTAINER_SECURITY,
  volumeMounts: [
    { name: DATA, mountPath: DATA_FOLDER },
    { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
    { name: 'password', mountPath: SECRET_FOLDER, readOnly: true },
    { name: 'tmp', mountPath: '/tmp' },
  ],
});

const exec = (...command: string[]) => ({ exec: { command } });

export const VOLUMES: IVolume[] = [
  { name: 'config', configMap: { name: REDIS_CONFIG_MAP } },
  // Readable for the group of the container only.
  {
    name: 'password',
    projected: {
      defaultMode: 0o440,
      sources: [
        { secret: { name: SECRET, items: [{ key: PASSWORD, path: 'password' }] } },
        // During a rotation, Redis accepts this one as well.
        { secret: { name: SECRET, items: [PREVIOUS], optional: true } },
      ],
    },
  },
  { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
];

const claim = ({ storage, storageClass }: Options): Omit<IPersistentVolumeClaim, 'apiVersion' | 'kind'> => ({
  metadata: { name: DATA, labels: { ...REDIS_SELECTOR } },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage } },
    ...(storageClass && { storageClassName: storageClass }),
  },
});
