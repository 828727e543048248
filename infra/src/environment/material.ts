import type { Environment } from './schema.ts';
import { declaredSecret, type DerivedVariable, type FileVariable } from './wired-variables.ts';

/** A Secret or ConfigMap in the namespace of the service that is mounted as a folder. */
export interface Material {
  /** The name of the volume. */
  readonly name: string;
  readonly folder: string;
  readonly from: { readonly secret: string } | { readonly configMap: string };
  /** The files in the folder by key. Without it, each key is a file. */
  readonly files?: Readonly<Record<string, string>>;
}

export const TEMPLATES_FOLDER = '/etc/mail-templates';

/** The folder of a Secret in the container. */
export const secretFolder = (name: string): string => `/etc/user-management/${name}`;

/** The path that a variable for the file of a Secret gets. */
export function filePath(variable: FileVariable): string {
  const { name, key } = declaredSecret(variable);
  return `${secretFolder(name)}/${key}`;
}

/** The folders that the pods need, besides those of secrets. */
export const material = (environment: Environment): readonly Material[] => [
  ...fileMaterial(environment),
  ...tlsMaterial(environment),
  ...templates(environment),
];

/** The folders of the files that the environment lists. */
export const fileMaterial = ({ files }: Environment): readonly Material[] =>
  files.map((variable) => {
    const { name, key } = declaredSecret(variable);
    return { name, folder: secretFolder(name), from: { secret: name }, files: { [key]: key } };
  });

const templates = ({ mail }: Environment): readonly Material[] =>
  mail?.templates === undefined
    ? []
    : [{ name: 'mail-templates', folder: TEMPLATES_FOLDER, from: { configMap: mail.templates } }];

interface TlsOptions {
  readonly ca?: {
    readonly configMap?: string | undefined;
    readonly secret?: string | undefined;
    readonly key: string;
  };
  readonly clientCertificate?: { readonly secret: string; readonly cert: string; readonly key: string };
}

/** The place of the certificates of one server in the container. */
interface Place {
  readonly prefix: 'redis' | 'database';
  readonly tls: TlsOptions;
}

const places = ({ redis, users }: Environment): readonly Place[] => [
  ...(redis.kind === 'elsewhere' ? [{ prefix: 'redis', tls: redis as TlsOptions } as const] : []),
  ...(users.in === 'postgres' ? [{ prefix: 'database', tls: users as TlsOptions } as const] : []),
];

/** The folders with certificates and keys that the pods need. */
export const tlsMaterial = (environment: Environment): readonly Material[] =>
  places(environment).flatMap(({ prefix, tls: { ca, clientCertificate } }) => [
    ...(ca
      ? [
          {
            name: `${prefix}-ca`,
            folder: `/etc/${prefix}-ca`,
            from: ca.secret === undefined ? { configMap: ca.configMap ?? '' } : { secret: ca.secret },
            files: { [ca.key]: 'ca.crt' },
          },
        ]
      : []),
    ...(clientCertificate
      ? [
          {
            name: `${prefix}-client`,
            folder: `/etc/${prefix}-client`,
            from: { secret: clientCertificate.secret },
            files: { [clientCertificate.cert]: 'tls.crt', [clientCertificate.key]: 'tls.key' },
          },
        ]
      : []),
  ]);

const VARIABLES = {
  redis: ['REDIS_TLS_CA_FILE', 'REDIS_TLS_CERT_FILE', 'REDIS_TLS_KEY_FILE'],
  database: ['DATABASE_CA_FILE', 'DATABASE_CERT_FILE', 'DATABASE_KEY_FILE'],
} as const satisfies Record<Place['prefix'], readonly DerivedVariable[]>;

/** The paths of these files, by the variables that name them. */
export function tlsFiles(environment: Environment): Readonly<Partial<Record<DerivedVariable, string>>> {
  const paths = places(environment).flatMap(({ prefix, tls: { ca, clientCertificate } }) => {
    const [caFile, certFile, keyFile] = VARIABLES[prefix];
    return [
      ...(ca ? [[caFile, `/etc/${prefix}-ca/ca.crt`] as const] : []),
      ...(clientCertificate
        ? [
            [certFile, `/etc/${prefix}-client/tls.crt`] as const,
            [keyFile, `/etc/${prefix}-client/tls.key`] as const,
          ]
        : []),
    ];
  });
  return Object.fromEntries(paths);
}
