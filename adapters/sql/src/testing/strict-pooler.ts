import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterwards } from './clean-up.ts';

/** The exact answer of PgBouncer 1.18 to an unknown startup parameter. */
const FIELDS = 'SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0';

/**
 * A proxy before PostgreSQL that refuses startup parameters like PgBouncer's defaults. Returns the URL of the
 * proxy.
 */
export async function behindStrictPooler(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const server = createServer((client) => {
    client.on('error', () => undefined);
    client.once('data', (startup: Buffer) => {
      if (startup.includes('statement_timeout')) {
        client.end(refusal());
        return;
      }
      const upstream = connect(Number(port || 5432), hostname);
      upstream.on('error', () => client.destroy());
      upstream.write(startup);
      client.pipe(upstream).pipe(client);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  afterwards(() => server.close());
  const pooled = new URL(url);
  pooled.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return pooled.href;
}

function refusal(): Buffer {
  const message = Buffer.from(`E\0\0\0\0${FIELDS}`);
  message.writeInt32BE(message.length - 1, 1);
  return message;
}
