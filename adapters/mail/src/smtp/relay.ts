/** A value that may change while the service runs. */
export interface Secret {
  reveal(): string;
}

/** A relay as its URL names it. */
export interface Relay {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. Otherwise STARTTLS where the relay offers it. */
  readonly secure: boolean;
  readonly credentials?: { readonly user: string; readonly pass: string };
}

const DEFAULT_PORTS = { 'smtp:': 587, 'smtps:': 465 };

export function relayOf(url: string): Relay {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || DEFAULT_PORTS[secure ? 'smtps:' : 'smtp:'],
    secure,
    ...(username !== '' && {
      credentials: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
  };
}

/** Nobody can listen between this process and its own machine. */
export const isLocal = ({ host }: Relay): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');
