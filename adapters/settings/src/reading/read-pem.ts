import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Secret } from '../declaration/secret.ts';
import { followFile, type Warn } from './follow-file.ts';
import { Problem, readFile } from './read-text.ts';

interface Kind {
  readonly accepts: string;
  parse(pem: string): unknown;
}

const CERTIFICATES: Kind = {
  accepts: 'a file with PEM certificates',
  parse: (pem) => new X509Certificate(pem),
};
const PRIVATE_KEY: Kind = {
  accepts: 'a file with a PEM private key that has no passphrase',
  parse: (pem) => createPrivateKey(pem),
};

const KINDS = {
  REDIS_TLS_CA_FILE: CERTIFICATES,
  REDIS_TLS_CERT_FILE: CERTIFICATES,
  REDIS_TLS_KEY_FILE: PRIVATE_KEY,
  DATABASE_CA_FILE: CERTIFICATES,
  DATABASE_CERT_FILE: CERTIFICATES,
  DATABASE_KEY_FILE: PRIVATE_KEY,
} as const satisfies Readonly<Record<string, Kind>>;

export type PemFile = keyof typeof KINDS;
export const PEM_FILES = Object.keys(KINDS) as readonly PemFile[];

/** The text of the file, or the problem with it; neither when the variable is unset. */
export function readPem(
  name: PemFile,
  path: string | undefined,
  warn: Warn,
): { pem?: Secret; problem?: string } {
  if (path === undefined) return {};
  const read = (): string => {
    const pem = readFile(name, path);
    if (isReadable(name, pem)) return pem;
    throw new Problem(`${name} is "${path}". It must be ${KINDS[name].accepts}.`);
  };
  try {
    return { pem: new Secret(followFile(read, read(), warn)) };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

// OpenSSL would report an unreadable file only when a connection fails, without the name of the file.
function isReadable(name: PemFile, pem: string): boolean {
  try {
    KINDS[name].parse(pem);
    return true;
  } catch {
    return false;
  }
}
