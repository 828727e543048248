import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { failed, type Finding, ok } from '../check.ts';
import { rootCause } from '../root-cause.ts';
import { type Node, openPort } from './open-port.ts';

/** A Redis without TLS never answers a TLS greeting, because the greeting has no end of line. */
const PATIENCE_MS = 3_000;

const TO_TLS = 'export REDIS_TLS=true';
const TO_PLAIN = 'export REDIS_TLS=false, or switch TLS on in Redis (tls-port)';

/** Checks that Redis accepts connections without TLS. */
export async function examinePlain(node: Node): Promise<Finding> {
  const socket = await openPort(node);
  try {
    // Redis answers PING before authentication too, with an error.
    socket.write('PING\r\n');
    const answer = await firstBytes(socket);
    if (/^[+-]/.test(answer)) return ok('TLS is off, and Redis accepts connections without TLS.');
    return failed(`${at(node)} does not answer without TLS, so it probably requires TLS.`, TO_TLS);
  } finally {
    socket.destroy();
  }
}

export async function examineTls(node: Node, ca: string | undefined): Promise<Finding> {
  const { host, port } = node;
  // Loaded only where TLS is on: it takes 4 MB.
  const { connect } = await import('node:tls');
  const socket = connect({
    host,
    port,
    ...(ca !== undefined && { ca }),
    ...(isIP(host) === 0 && { servername: host }),
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return ok(describe(socket));
  } catch (error) {
    if (isLate(error)) return failed(`${at(node)} did not answer in TLS within ${PATIENCE_MS} ms.`, TO_PLAIN);
    const { code = '', message } = rootCause(error);
    return failed(`${at(node)}: ${message}`, mend(code));
  } finally {
    socket.destroy();
  }
}

const isLate = (error: unknown): boolean => (error as Error).name === 'AbortError';

const at = ({ host, port }: Node): string => `${host}:${port}`;

async function firstBytes(socket: Socket): Promise<string> {
  const closed = once(socket, 'close').then(() => '');
  const data = once(socket, 'data', { signal: AbortSignal.timeout(PATIENCE_MS) }).then(([bytes]) =>
    String(bytes),
  );
  // TLS servers end a connection with an alert or a reset.
  return Promise.race([data, closed]).catch((error: unknown) => {
    if (isLate(error)) throw new Error(`There was no answer to PING within ${PATIENCE_MS} ms.`);
    return '';
  });
}

function describe(socket: TLSSocket): string {
  const { subject, valid_to: end } = socket.getPeerCertificate();
  return (
    `Redis uses ${socket.getProtocol() ?? 'TLS'}. The certificate of ${String(subject.CN)} is ` +
    `valid until ${end}.`
  );
}

const UNTRUSTED = /^(UNABLE_TO_(VERIFY|GET)|SELF_SIGNED|DEPTH_ZERO)/;

function mend(code: string): string {
  if (UNTRUSTED.test(code))
    return 'export REDIS_TLS_CA_FILE=…, the PEM file of the authority that signed the certificate';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'export REDIS_HOST=…, a name that is in the certificate';
  if (code.startsWith('CERT_')) return 'renew the certificate of Redis';
  return TO_PLAIN;
}
