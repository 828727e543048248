import { host, type Parser, wholeNumber } from './parsers.ts';
import { Secret } from './secret.ts';

/** A sender. The name is shown beside the address. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

export const smtpUrl: Parser<Secret> = {
  accepts:
    'smtp://host:port or smtps://host:port, with user:password@ before the host if the relay asks for it',
  parse: (text, current) => (isSmtpUrl(text) ? new Secret(current ?? text) : undefined),
};

function isSmtpUrl(text: string): boolean {
  if (!/^smtps?:\/\/\S+$/.test(text) || !URL.canParse(text)) return false;
  const { hostname, port, username, password, pathname, search, hash } = new URL(text);
  // Without percent-encoding, a `/`, `?` or `#` in a password starts the path, the query or the fragment.
  if (!['', '/'].includes(pathname) || search + hash !== '') return false;
  const complete = (username === '') === (password === '');
  const reachable = host.parse(hostname.replace(/^\[(.+)\]$/, '$1')) !== undefined;
  const validPort = port === '' || wholeNumber(1, 65535).parse(port) !== undefined;
  return complete && reachable && validPort && [username, password].every(isCredential);
}

/** Percent-encoded, and without control characters, which would end the command of the protocol. */
function isCredential(text: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(text));
  } catch {
    return false;
  }
}

// The name may have quotation marks, as in mail programs. Control characters would start another header.
const MAILBOX = /^(?:(?<name>[^<>\p{Cc}]{0,200}?) *<(?<named>[^<>]+)>|(?<bare>[^<>]+))$/u;
const ADDRESS = /^[^\s@\p{Cc}"(),:;<>[\\\]]{1,64}@(?:[\p{L}\p{N}_-]{1,63}\.)*[\p{L}\p{N}_-]{1,63}$/u;

export const mailbox: Parser<Mailbox> = {
  accepts: 'an address, such as no-reply@example.com or Example <no-reply@example.com>',
  parse(text) {
    const { name, named, bare } = MAILBOX.exec(text)?.groups ?? {};
    const address = named ?? bare ?? '';
    if (!ADDRESS.test(address) || address.length > 254) return undefined;
    const shown = name?.trim().replace(/^"(.*)"$/, '$1');
    return shown ? { name: shown, address } : { address };
  },
};

export const serviceName: Parser<string> = {
  accepts: 'a name of at most 100 visible characters',
  parse: (text) => (/^(?=.*\S)[^\p{C}]{1,100}$/u.test(text) ? text.trim() : undefined),
};

export const link: Parser<string> = {
  accepts: 'an absolute URL with https:, without credentials and fragment',
  parse(text) {
    if (!/^https?:\/\/[^\s#]+$/.test(text) || !URL.canParse(text)) return undefined;
    const { username, password, href } = new URL(text);
    return username + password === '' ? href : undefined;
  },
};
