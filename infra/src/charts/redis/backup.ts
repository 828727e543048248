import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { ICronJob } from 'kubernetes-models/batch/v1';
import type { REDIS_SCHEMA } from '../../environment/schema.ts';
import { CONTAINER_SECURITY, podSecurityContext } from '../../kit/hardening.ts';
import { REDIS, REDIS_IDENTITY, REDIS_PORT } from '../../kit/identity.ts';
import { BACKUP_SELECTOR, backupLabels, REDIS_SELECTOR } from '../../kit/labels.ts';
import { tcp } from '../../kit/network.ts';
import { podTemplate } from '../pod.ts';
import { CONFIG_FOLDER, SECRET_FOLDER } from './config.ts';
import { VOLUMES } from './stateful-set.ts';

type Options = ReturnType<typeof REDIS_SCHEMA.parse>;

const NAME = 'redis-backup';
const BACKUP_FOLDER = '/backup';

/**
 * Dumps on a volume of their own, which outlives the one of Redis. `backup.sh` writes, checks and counts
 * them.
 */
export function addBackup(scope: Construct, options: Options): void {
  const { backup } = options;
  if (!backup) return;
  new k8s.KubePersistentVolumeClaim(scope, 'backup-claim', {
    metadata: { name: NAME },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: k8s.Quantity.fromString(backup.storage) } },
      ...(backup.storageClass && { storageClassName: backup.storageClass }),
    },
  });
  new ApiObject(scope, 'backup', cronJob(options, backup));
  new k8s.KubeNetworkPolicy(scope, 'backup-network', {
    metadata: { name: NAME },
    spec: {
      podSelector: { matchLabels: BACKUP_SELECTOR },
      policyTypes: ['Ingress', 'Egress'],
      // To Redis alone, by the address that the kubelet puts into the environment: it needs no DNS.
      egress: [{ to: [{ podSelector: { matchLabels: REDIS_SELECTOR } }], ports: tcp(REDIS_PORT) }],
    },
  });
}

const cronJob = (
  options: Options,
  { schedule, keep }: NonNullable<Options['backup']>,
): ICronJob & { metadata: { name: string } } => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: NAME },
  spec: {
    schedule,
    concurrencyPolicy: 'Forbid',
    // One that was missed for an hour waits for the next.
    startingDeadlineSeconds: 3600,
    jobTemplate: {
      spec: {
        backoffLimit: 2,
        template: template(options, keep),
      },
    },
  },
});

function template(options: Options, keep: number) {
  const { image, podSecurity, pod } = options;
  return podTemplate(
    {
      labels: { ...options.labels, ...backupLabels(image) },
      annotations: options.annotations,
      main: {
        name: NAME,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', `${CONFIG_FOLDER}/backup.sh`, BACKUP_FOLDER, String(keep)],
        // The Service's address is in the environment of every pod of the namespace.
        env: [{ name: 'REDIS_HOST', value: '$(REDIS_SERVICE_HOST)' }],
        resources: {
          requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
          limits: { memory: '256Mi', 'ephemeral-storage': '64Mi' },
        },
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [
          { name: 'backup', mountPath: BACKUP_FOLDER },
          { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
          { name: 'password', mountPath: SECRET_FOLDER, readOnly: true },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
      spec: {
        serviceAccountName: pod.serviceAccount?.name ?? REDIS,
        restartPolicy: 'Never',
        // For the address of Redis.
        enableServiceLinks: true,
        securityContext: podSecurityContext(podSecurity, REDIS_IDENTITY),
        volumes: [{ name: 'backup', persistentVolumeClaim: { claimName: NAME } }, ...VOLUMES],
      },
    },
    { imagePullSecrets: pod.imagePullSecrets, tolerations: pod.tolerations, nodeSelector: pod.nodeSelector },
  );
}
