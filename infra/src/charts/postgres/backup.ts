import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { CloudNativePg } from '../../environment/schema.ts';
import { POSTGRES_CLUSTER } from '../../kit/identity.ts';

type Options = Omit<CloudNativePg, 'in'>;
type Backup = NonNullable<Options['backup']>;

const PLUGIN = 'barman-cloud.cloudnative-pg.io';
/** How a Cluster calls the one whose data it starts with. */
const LOST = 'lost';

/** The object store, and when base backups go there. */
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
      // The operator counts seconds as well.
      schedule: `0 ${schedule}`,
      // Until there is a first base backup, the archived changes are of no use.
      immediate: true,
      backupOwnerReference: 'self',
      method,
      ...(method === 'plugin' && { pluginConfiguration: { name: PLUGIN } }),
    },
  });
}

/** What a Cluster is told about its backups. */
export function archiving({ backup }: Options) {
  if (!backup) return {};
  const { retention, serverName } = backup;
  const archive = archiveOf(backup, serverName);
  return 'plugin' in archive
    ? { plugins: [{ ...archive.plugin, isWALArchiver: true }] }
    : { backup: { ...archive, retentionPolicy: retention } };
}

/** An empty database, or what is left of a lost one. */
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

/** A folder of the store, in the words of whoever reads and writes it. */
const archiveOf = ({ method, store }: Backup, serverName: string) =>
  method === 'plugin'
    ? { plugin: { name: PLUGIN, parameters: { barmanObjectName: POSTGRES_CLUSTER, serverName } } }
    : { barmanObjectStore: { ...store, serverName } };
