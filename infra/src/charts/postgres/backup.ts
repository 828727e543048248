import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { CloudNativePg } from '../../environment/schema.ts';
import { POSTGRES_CLUSTER } from '../../kit/identity.ts';

type Options = Omit<CloudNativePg, 'in'>;
type Backup = NonNullable<Options['backup']>;

const PLUGIN = 'barman-cloud.cloudnative-pg.io';
/** The name of the lost cluster in the Cluster object. */
const LOST = 'lost';

/** Adds the object store and the schedule of the base backups. */
export function addBackup(scope: Construct, { backup }: Options): void {
  if (!backup) return;
  const { method, store, retention, schedule } = backup;
  if (method === 'plugin') {
    new ApiObject(scope, 'store', {
      apiVersion: 'barmancloud.cnpg.io/v1',
      kind: 'ObjectStore',
      metadata: { name: POSTGRES_CLUSTER },
      spec: { configuration: store, retentionPolicy: retention },
    });
  }
  new ApiObject(scope, 'schedule', {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'ScheduledBackup',
    metadata: { name: POSTGRES_CLUSTER },
    spec: {
      cluster: { name: POSTGRES_CLUSTER },
      // The schedule of the operator begins with a field for seconds.
      schedule: `0 ${schedule}`,
      // Archived changes are of no use without a first base backup.
      immediate: true,
      backupOwnerReference: 'self',
      method,
      ...(method === 'plugin' && { pluginConfiguration: { name: PLUGIN } }),
    },
  });
}

/** The part of a Cluster about its backups. */
export function archiving({ backup }: Options) {
  if (!backup) return {};
  const { retention, serverName } = backup;
  const archive = archiveOf(backup, serverName);
  return 'plugin' in archive
    ? { plugins: [{ ...archive.plugin, isWALArchiver: true }] }
    : { backup: { ...archive, retentionPolicy: retention } };
}

/** The initial content: an empty database, or the backup of a lost one. */
export function bootstrap({ backup, recovery }: Options) {
  const application = { database: 'users', owner: 'users' };
  if (!backup || !recovery) return { bootstrap: { initdb: application } };
  const { serverName, targetTime } = recovery;
  return {
    bootstrap: {
      recovery: { source: LOST, ...application, ...(targetTime && { recoveryTarget: { targetTime } }) },
    },
    externalClusters: [{ name: LOST, ...archiveOf(backup, serverName) }],
  };
}

/** A folder of the store, in the form that the plugin or the operator expects. */
const archiveOf = ({ method, store }: Backup, serverName: string) =>
  method === 'plugin'
    ? { plugin: { name: PLUGIN, parameters: { barmanObjectName: POSTGRES_CLUSTER, serverName } } }
    : { barmanObjectStore: { ...store, serverName } };
