/** Backups of a CloudNativePG cluster in an object store: base backups, and every change since. */
export interface PostgresBackup {
  /** Where they are kept. */
  readonly store: ObjectStore;
  /** Who makes them: the Barman Cloud `plugin` (the default), or the operator itself, as before 1.26. */
  readonly method?: 'plugin' | 'barmanObjectStore' | undefined;
  /** When a base backup is made, in the five fields of cron; `0 2 * * *` by default. */
  readonly schedule?: string | undefined;
  /** How far back a recovery can reach, in days, weeks or months; `30d` by default. */
  readonly retention?: string | undefined;
  /** Folder of this cluster in the store; user-management-db by default. Each recovery needs a new one. */
  readonly serverName?: string | undefined;
}

/** What a new cluster starts with. An existing one takes no notice. */
export interface PostgresRecovery {
  /** Folder, in the store of `backup`, of the cluster that was lost. */
  readonly serverName: string;
  /** The moment to go back to, such as 2026-11-25T03:00:00Z; the last archived change by default. */
  readonly targetTime?: string | undefined;
}

/** An object store, in the words of Barman Cloud. State the credentials of one provider. */
export interface ObjectStore {
  /** Path in it: s3://bucket/path, gs://bucket/path or https://account.blob.core.windows.net/container. */
  readonly destinationPath: string;
  /** URL of an S3 that is not that of AWS. */
  readonly endpointURL?: string | undefined;
  /** The authority of its certificate. */
  readonly endpointCA?: SecretKey | undefined;
  /** Credentials of S3, and of what speaks its protocol. */
  readonly s3Credentials?: S3Credentials | undefined;
  /** Credentials of Azure Blob Storage. */
  readonly azureCredentials?: AzureCredentials | undefined;
  /** Credentials of Google Cloud Storage. */
  readonly googleCredentials?: GoogleCredentials | undefined;
  /** How changes (WAL) are archived. */
  readonly wal?: WalArchive | undefined;
  /** How base backups are written. */
  readonly data?: BaseBackup | undefined;
}

/** One value of a Secret in the namespace of the service. */
export interface SecretKey {
  /** Name of the Secret. */
  readonly name: string;
  /** The key in it. */
  readonly key: string;
}

/** Credentials of S3. */
export interface S3Credentials {
  /** The access key. */
  readonly accessKeyId?: SecretKey | undefined;
  /** The secret access key. */
  readonly secretAccessKey?: SecretKey | undefined;
  /** The region. */
  readonly region?: SecretKey | undefined;
  /** The token of a session. */
  readonly sessionToken?: SecretKey | undefined;
  /** Takes the role of the pod instead of keys. */
  readonly inheritFromIAMRole?: boolean | undefined;
}

/** Credentials of Azure Blob Storage. */
export interface AzureCredentials {
  /** The connection string. */
  readonly connectionString?: SecretKey | undefined;
  /** The storage account. */
  readonly storageAccount?: SecretKey | undefined;
  /** The key of the storage account. */
  readonly storageKey?: SecretKey | undefined;
  /** A shared access signature instead of the key. */
  readonly storageSasToken?: SecretKey | undefined;
  /** Takes the managed identity of the pod instead. */
  readonly inheritFromAzureAD?: boolean | undefined;
}

/** Credentials of Google Cloud Storage. */
export interface GoogleCredentials {
  /** The JSON file of a service account. */
  readonly applicationCredentials?: SecretKey | undefined;
  /** Takes the workload identity of the pod instead. */
  readonly gkeEnvironment?: boolean | undefined;
}

/** How changes are archived. */
export interface WalArchive {
  /** Compression; none by default. */
  readonly compression?: 'gzip' | 'bzip2' | 'lz4' | 'snappy' | 'xz' | 'zstd' | undefined;
  /** Encryption by the store; that of the bucket by default. */
  readonly encryption?: 'AES256' | 'aws:kms' | undefined;
  /** Files that are archived or restored at a time; 1 by default. */
  readonly maxParallel?: number | undefined;
}

/** How base backups are written. */
export interface BaseBackup {
  /** Compression; none by default. */
  readonly compression?: 'gzip' | 'bzip2' | 'snappy' | undefined;
  /** Encryption by the store; that of the bucket by default. */
  readonly encryption?: 'AES256' | 'aws:kms' | undefined;
  /** Uploads at a time; 2 by default. */
  readonly jobs?: number | undefined;
  /** Starts at once, at the price of more load on the disk; false by default. */
  readonly immediateCheckpoint?: boolean | undefined;
}
