/** Backups of a CloudNativePG cluster in an object store: base backups and every change since them. */
export interface PostgresBackup {
  /** The store of the backups. */
  readonly store: ObjectStore;
  /**
   * The program that makes them: the Barman Cloud `plugin`, or the operator itself, as before version 1.26.
   */
  readonly method?: 'plugin' | 'barmanObjectStore' | undefined;
  /** Schedule of the base backups in the five fields of cron. */
  readonly schedule?: string | undefined;
  /** The time that a recovery can go back, in days, weeks or months. */
  readonly retention?: string | undefined;
  /** Folder of this cluster in the store. Each recovery needs a new one. */
  readonly serverName?: string | undefined;
}

/** The initial data of a new cluster. An existing cluster ignores it. */
export interface PostgresRecovery {
  /** Folder of the lost cluster in the store of `backup`. */
  readonly serverName: string;
  /** The time to go back to, such as 2026-11-25T03:00:00Z. The default is the last archived change. */
  readonly targetTime?: string | undefined;
}

/** An object store, with the fields of Barman Cloud. State the credentials of one provider. */
export interface ObjectStore {
  /**
   * Path in the store: s3://bucket/path, gs://bucket/path or https://account.blob.core.windows.net/container.
   */
  readonly destinationPath: string;
  /** URL of an S3 outside of AWS. */
  readonly endpointURL?: string | undefined;
  /** The authority of its certificate. */
  readonly endpointCA?: SecretKey | undefined;
  /** Credentials of S3 or of a store with its protocol. */
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
  /** Uses the role of the pod instead of keys. */
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
  /** Uses the managed identity of the pod instead. */
  readonly inheritFromAzureAD?: boolean | undefined;
}

/** Credentials of Google Cloud Storage. */
export interface GoogleCredentials {
  /** The JSON file of a service account. */
  readonly applicationCredentials?: SecretKey | undefined;
  /** Uses the workload identity of the pod instead. */
  readonly gkeEnvironment?: boolean | undefined;
}

/** How changes are archived. */
export interface WalArchive {
  /** Compression. The default is none. */
  readonly compression?: 'gzip' | 'bzip2' | 'lz4' | 'snappy' | 'xz' | 'zstd' | undefined;
  /** Encryption by the store. The default is that of the bucket. */
  readonly encryption?: 'AES256' | 'aws:kms' | undefined;
  /** Number of files that are archived or restored at the same time. The default is 1. */
  readonly maxParallel?: number | undefined;
}

/** How base backups are written. */
export interface BaseBackup {
  /** Compression. The default is none. */
  readonly compression?: 'gzip' | 'bzip2' | 'snappy' | undefined;
  /** Encryption by the store. The default is that of the bucket. */
  readonly encryption?: 'AES256' | 'aws:kms' | undefined;
  /** Number of uploads at the same time. The default is 2. */
  readonly jobs?: number | undefined;
  /** Starts at once, with more load on the disk. The default is false. */
  readonly immediateCheckpoint?: boolean | undefined;
}
