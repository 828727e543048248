import { randomUUID } from 'node:crypto';

/**
 * PEM texts of a temporary authority and of a certificate from it. The certificate is for servers and
 * clients.
 */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * The default names are `localhost` and the loopback addresses.
 * @param expired whether the certificate of the server has expired.
 */
export async function makeCertificates(
  names: readonly string[] = ['localhost'],
  { expired = false } = {},
): Promise<Certificates> {
  // Loaded only here, because few of the tests that use servers use certificates.
  const { generate } = await import('selfsigned');
  const ca = await generate([{ name: 'commonName', value: `Test authority ${randomUUID()}` }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: ca.private, cert: ca.cert },
    ...(expired && { notBeforeDate: new Date('2020-01-01'), notAfterDate: new Date('2020-02-01') }),
    extensions: [
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames: [...names.map(dnsName), ipAddress('127.0.0.1'), ipAddress('::1')] },
    ],
  });
  return { ca: ca.cert, cert: server.cert, key: server.private };
}

const dnsName = (value: string) => ({ type: 2 as const, value });
const ipAddress = (ip: string) => ({ type: 7 as const, ip });
