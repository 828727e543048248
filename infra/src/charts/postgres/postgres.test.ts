import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import type { PostgresBackup } from '../../environment/props.ts';
import { SCHEMA } from '../../policies/schema.ts';
import type { Objects } from '../../policies/objects.ts';
import { Postgres, type PostgresProps } from './postgres.ts';

const credentials = (key: string) => ({ name: 'backup-store', key });
const STORE: PostgresBackup['store'] = {
  destinationPath: 's3://backups/users',
  endpointURL: 'https://s3.example',
  s3Credentials: { accessKeyId: credentials('id'), secretAccessKey: credentials('secret') },
  wal: { compression: 'gzip', maxParallel: 4 },
};

type Spec = Readonly<Record<string, unknown>>;

/** Makes the objects, checks their schemas, and returns their specs by kind. */
function made(given: Partial<PostgresProps>): Readonly<Record<string, Spec>> {
  const chart = new Postgres(new App(), 'postgres', {
    ...{ namespace: 'accounts', instances: 3, cpu: '1', memory: '2Gi', storage: '20Gi' },
    ...{ operatorNamespace: 'cnpg-system', ...given },
  });
  const objects = chart.toJson() as (Objects[number] & { spec: Spec })[];
  expect(SCHEMA.flatMap((policy) => policy.problems(objects, undefined as never))).toEqual([]);
  return Object.fromEntries(objects.map(({ kind, spec }) => [kind, spec]));
}

const recovery = { serverName: 'user-management-db', targetTime: '2026-11-25T03:00:00Z' };

describe('the PostgreSQL of the manifests', () => {
  it('starts empty and has no backups by default', () => {
    const { Cluster, ...rest } = made({});
    expect(Object.keys(rest)).toEqual(['NetworkPolicy']);
    expect(Cluster).toMatchObject({ bootstrap: { initdb: { database: 'users', owner: 'users' } } });
    expect(Cluster).not.toHaveProperty('plugins');
  });

  it('is archived by the plugin, with a base backup at once and by schedule', () => {
    const { Cluster, ObjectStore, ScheduledBackup } = made({
      backup: { store: STORE, schedule: '30 1 * * 0' },
    });
    expect(ObjectStore).toEqual({ configuration: STORE, retentionPolicy: '30d' });
    expect(Cluster).toMatchObject({
      plugins: [
        {
          name: 'barman-cloud.cloudnative-pg.io',
          isWALArchiver: true,
          parameters: { barmanObjectName: 'user-management-db', serverName: 'user-management-db' },
        },
      ],
    });
    expect(ScheduledBackup).toMatchObject({
      schedule: '0 30 1 * * 0',
      immediate: true,
      method: 'plugin',
      pluginConfiguration: { name: 'barman-cloud.cloudnative-pg.io' },
    });
  });

  it('is archived by the operator itself when the environment says so', () => {
    const { Cluster, ScheduledBackup, ...rest } = made({
      backup: { store: STORE, method: 'barmanObjectStore', retention: '4w' },
    });
    expect(rest).not.toHaveProperty('ObjectStore');
    expect(Cluster).toMatchObject({
      backup: {
        barmanObjectStore: { ...STORE, serverName: 'user-management-db' },
        retentionPolicy: '4w',
      },
    });
    expect(ScheduledBackup).toMatchObject({ method: 'barmanObjectStore' });
    expect(ScheduledBackup).not.toHaveProperty('pluginConfiguration');
  });

  it.each([
    ['plugin', { plugin: { parameters: { serverName: 'user-management-db' } } }],
    ['barmanObjectStore', { barmanObjectStore: { ...STORE, serverName: 'user-management-db' } }],
  ] as const)(
    'starts with the backup of a lost cluster by the %s, and archives into another folder',
    (method, from) => {
      const { Cluster } = made({ backup: { store: STORE, method, serverName: 'users-2' }, recovery });
      expect(Cluster).toMatchObject({
        bootstrap: {
          recovery: {
            source: 'lost',
            database: 'users',
            owner: 'users',
            recoveryTarget: { targetTime: '2026-11-25T03:00:00Z' },
          },
        },
        externalClusters: [{ name: 'lost', ...from }],
      });
      expect(JSON.stringify(Cluster)).toContain('"serverName":"users-2"');
    },
  );
});
