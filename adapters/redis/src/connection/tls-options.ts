import { isIP } from 'node:net';
import type { Address, TlsOptions } from './options.ts';

export const tlsOptions = ({ host }: Address, { ca, cert, key }: TlsOptions) => ({
  // RFC 6066 allows only names here. The certificate is checked against an IP address all the same.
  ...(isIP(host) === 0 && { servername: host }),
  ...(ca && { ca: ca.reveal() }),
  ...(cert && { cert: cert.reveal() }),
  ...(key && { key: key.reveal() }),
});
