import { z } from 'zod';
import { POSTGRES_CLUSTER } from '../kit/identity.ts';
import * as f from './fields.ts';

const secretKey = f.object({ name: f.hostName, key: f.key }).meta({ id: 'SecretKey' }).optional();
const flag = z.boolean('true or false').optional();

const oneOf = <const Choices extends readonly string[]>(choices: Choices) =>
  z.enum(choices, choices.join(' or ')).optional();
const encryption = oneOf(['AES256', 'aws:kms']);

const s3Credentials = f
  .object({
    accessKeyId: secretKey,
    secretAccessKey: secretKey,
    region: secretKey,
    sessionToken: secretKey,
    inheritFromIAMRole: flag,
  })
  .refine(
    ({ accessKeyId, secretAccessKey, inheritFromIAMRole = false }) =>
      inheritFromIAMRole ? !accessKeyId && !secretAccessKey : accessKeyId && secretAccessKey,
    'accessKeyId and secretAccessKey, or inheritFromIAMRole',
  )
  .meta({ id: 'S3Credentials' });

const azureCredentials = f
  .object({
    connectionString: secretKey,
    storageAccount: secretKey,
    storageKey: secretKey,
    storageSasToken: secretKey,
    inheritFromAzureAD: flag,
  })
  .refine(
    ({ connectionString, storageAccount, storageKey, storageSasToken, inheritFromAzureAD = false }) =>
      [inheritFromAzureAD, connectionString, storageKey, storageSasToken].filter(Boolean).length === 1 &&
      Boolean(storageKey ?? storageSasToken) === Boolean(storageAccount),
    'connectionString, storageAccount with storageKey or storageSasToken, or inheritFromAzureAD',
  )
  .meta({ id: 'AzureCredentials' });

const googleCredentials = f
  .object({ applicationCredentials: secretKey, gkeEnvironment: flag })
  .refine(
    ({ applicationCredentials, gkeEnvironment = false }) =>
      (applicationCredentials === undefined) === gkeEnvironment,
    'applicationCredentials or gkeEnvironment',
  )
  .meta({ id: 'GoogleCredentials' });

const wal = f
  .object({
    compression: oneOf(['gzip', 'bzip2', 'lz4', 'snappy', 'xz', 'zstd']),
    encryption,
    maxParallel: f.whole(1, 64).optional(),
  })
  .meta({ id: 'WalArchive' });

const data = f
  .object({
    compression: oneOf(['gzip', 'bzip2', 'snappy']),
    encryption,
    jobs: f.whole(1, 64).optional(),
    immediateCheckpoint: flag,
  })
  .meta({ id: 'BaseBackup' });

/** Each provider has its own form of paths and its own credentials. */
const PROVIDERS = {
  s3Credentials: 's3://',
  azureCredentials: 'https://',
  googleCredentials: 'gs://',
} as const;
const CREDENTIALS = Object.keys(PROVIDERS) as (keyof typeof PROVIDERS)[];

const store = f
  .object({
    destinationPath: f.text(
      /^(?:s3|gs|https):\/\/[^\s/@]+(?:\/\S*)?$/,
      's3://bucket/path, gs://bucket/path or https://account.blob.core.windows.net/container',
    ),
    endpointURL: f.text(/^https?:\/\/[^\s/@]+(?:\/\S*)?$/, 'a URL with http or https').optional(),
    endpointCA: secretKey,
    s3Credentials: s3Credentials.optional(),
    azureCredentials: azureCredentials.optional(),
    googleCredentials: googleCredentials.optional(),
    wal: wal.optional(),
    data: data.optional(),
  })
  .refine((given) => {
    const [name, ...others] = CREDENTIALS.filter((one) => given[one] !== undefined);
    return name && others.length === 0 && given.destinationPath.startsWith(PROVIDERS[name]);
  }, 'a path with the credentials of its provider: s3:// with s3Credentials, https:// with azureCredentials, gs:// with googleCredentials')
  .meta({ id: 'ObjectStore' });

/** A folder of the store. Barman calls it a server name. */
const serverName = f.text(
  /^[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/,
  'a folder of letters, digits, -, _ and .',
);

export const backup = f
  .object({
    store,
    method: z.enum(['plugin', 'barmanObjectStore'], 'plugin or barmanObjectStore').default('plugin'),
    schedule: f.schedule.default('0 2 * * *'),
    retention: f.text(/^[1-9]\d*[dwm]$/, 'days, weeks or months, such as 30d, 4w or 3m').default('30d'),
    serverName: serverName.default(POSTGRES_CLUSTER),
  })
  .meta({ id: 'PostgresBackup' });

export const recovery = f
  .object({
    serverName,
    targetTime: z.iso.datetime({ offset: true, error: 'a moment such as 2026-11-25T03:00:00Z' }).optional(),
  })
  .meta({ id: 'PostgresRecovery' });

export type PostgresBackup = z.output<typeof backup>;
export type PostgresRecovery = z.output<typeof recovery>;
