import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { ICronJob, IJobSpec } from 'kubernetes-models/batch/v1';
import type { IEnvVar, IVolume } from 'kubernetes-models/v1';
import type { REDIS_SCHEMA } from '../../environment/schema.ts';
import { CONTAINER_SECURITY, podSecurityContext } from '../../kit/hardening.ts';
import { REDIS, REDIS_IDENTITY, REDIS_PORT } from '../../kit/identity.ts';
import {
  BACKUP_SELECTOR,
  backupLabels,
  type Labels,
  REDIS_SELECTOR,
  RESTORE_SELECTOR,
  restoreLabels,
} from '../../kit/labels.ts';
import { tcp } from '../../kit/network.ts';
import { podTemplate } from '../pod.ts';
import { CONFIG_FOLDER, DATA_FOLDER, SECRET_FOLDER } from './config.ts';
import { DATA, DATA_CLAIM, VOLUMES } from './stateful-set.ts';

type Options = ReturnType<typeof REDIS_SCHEMA.parse>;
type Backup = NonNullable<Options['backup']>;

const BACKUP = 'redis-backup';
const RESTORE = 'redis-restore';
const BACKUP_FOLDER = '/backup';

/**
 * Dumps on a separate volume, which outlives the one of Redis. `backup.sh` writes and checks a dump and
 * removes old ones, and `restore-job.sh` restores one.
 */
export function addBackup(scope: Construct, options: Options): void {
  const { backup } = options;
  if (!backup) return;
  new k8s.KubePersistentVolumeClaim(scope, 'backup-claim', {
    metadata: { name: BACKUP },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: k8s.Quantity.fromString(backup.storage) } },
      ...(backup.storageClass && { storageClassName: backup.storageClass }),
    },
  });
  new ApiObject(scope, 'backup', backupJob(options, backup));
  new ApiObject(scope, 'restore', restoreJob(options));
  // Egress to Redis only. The kubelet puts its address into the environment, so no DNS is needed.
  confine(scope, BACKUP, BACKUP_SELECTOR, [
    { to: [{ podSelector: { matchLabels: REDIS_SELECTOR } }], ports: tcp(REDIS_PORT) },
  ]);
  confine(scope, RESTORE, RESTORE_SELECTOR);
}

function confine(scope: Construct, name: string, pods: Labels, egress?: k8s.NetworkPolicyEgressRule[]): void {
  new k8s.KubeNetworkPolicy(scope, `${name}-network`, {
    metadata: { name },
    spec: {
      podSelector: { matchLabels: pods },
      policyTypes: ['Ingress', 'Egress'],
      ...(egress && { egress }),
    },
  });
}

const backupJob = (options: Options, { schedule, keep }: Backup) =>
  cronJob(BACKUP, {
    schedule,
    concurrencyPolicy: 'Forbid',
    // A backup that was missed for an hour waits for the next time.
    startingDeadlineSeconds: 3600,
    job: {
      backoffLimit: 2,
      template: template(options, {
        name: BACKUP,
        labels: backupLabels(options.image),
        command: ['backup.sh', BACKUP_FOLDER, String(keep)],
        // Every pod of the namespace has the address of the Service in its environment.
        env: [{ name: 'REDIS_HOST', value: '$(REDIS_SERVICE_HOST)' }],
        enableServiceLinks: true,
        withData: false,
      }),
    },
  });

/** Never runs by schedule. `kubectl create job --from=cronjob/redis-restore` copies its Job. */
const restoreJob = (options: Options) =>
  cronJob(RESTORE, {
    suspend: true,
    // This date does not exist.
    schedule: '0 0 31 2 *',
    job: {
      // A retry of a refused restore would be refused again.
      backoffLimit: 0,
      template: template(options, {
        name: RESTORE,
        labels: restoreLabels(options.image),
        command: ['restore-job.sh', BACKUP_FOLDER],
        // docs/backup.md sets these with `kubectl set env --local`.
        env: [{ name: 'DUMP' }, { name: 'REPLACE' }],
        enableServiceLinks: false,
        withData: true,
      }),
    },
  });

const cronJob = (
  name: string,
  { job, ...spec }: Omit<ICronJob['spec'], 'jobTemplate'> & { readonly job: IJobSpec },
): ICronJob & { metadata: { name: string } } => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name },
  spec: { ...spec, jobTemplate: { spec: job } },
});

interface Work {
  readonly name: string;
  readonly labels: Labels;
  /** A script of the ConfigMap, and its arguments. */
  readonly command: readonly [script: string, ...args: string[]];
  readonly env: IEnvVar[];
  readonly enableServiceLinks: boolean;
  /** Whether the pod also mounts the volume of Redis. */
  readonly withData: boolean;
}

function template(options: Options, { name, labels, command, env, enableServiceLinks, withData }: Work) {
  const { image, podSecurity, pod } = options;
  const [script, ...args] = command;
  return podTemplate(
    {
      labels: { ...options.labels, ...labels },
      annotations: options.annotations,
      main: {
        name,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', `${CONFIG_FOLDER}/${script}`, ...args],
        env,
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
          ...(withData ? [{ name: DATA, mountPath: DATA_FOLDER }] : []),
        ],
      },
      spec: {
        serviceAccountName: pod.serviceAccount?.name ?? REDIS,
        restartPolicy: 'Never',
        enableServiceLinks,
        securityContext: podSecurityContext(podSecurity, REDIS_IDENTITY),
        volumes: [...VOLUMES, claimed('backup', BACKUP), ...(withData ? [claimed(DATA, DATA_CLAIM)] : [])],
      },
    },
    { imagePullSecrets: pod.imagePullSecrets, tolerations: pod.tolerations, nodeSelector: pod.nodeSelector },
  );
}

const claimed = (name: string, claimName: string): IVolume => ({
  name,
  persistentVolumeClaim: { claimName },
});
