import { isIP, isIPv4, isIPv6 } from 'node:net';
import { Secret } from './secret.ts';

/** Reads the text of a variable. `accepts` completes "It must be …". */
export interface Parser<T> {
  readonly accepts: string;
  /**
   * `undefined` when the text is not accepted.
   * @param current gives the text of the moment, for a secret whose file may be replaced.
   */
  parse(text: string, current?: () => string): T | undefined;
  /** Limits what may replace the text while the service runs. */
  readonly replacement?: { readonly accepts: string; allows(before: string, after: string): boolean };
}

export interface Node {
  readonly host: string;
  readonly port: number;
}

export const oneOf = <const T extends string>(...choices: readonly T[]): Parser<T> => ({
  accepts: choices.join(', ').replace(/, (?=[^,]*$)/, ' or '),
  parse: (text) => choices.find((choice) => choice === text),
});

export const wholeNumber = (least: number, most: number, unit = ''): Parser<number> => ({
  accepts: `a whole number from ${least} to ${most}${unit && ` (${unit})`}`,
  parse(text) {
    const number = /^\d+$/.test(text) ? Number(text) : NaN;
    return number >= least && number <= most ? number : undefined;
  },
});

export const flag: Parser<boolean> = {
  accepts: 'true or false',
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

export const word: Parser<string> = {
  accepts: 'a name without spaces',
  parse: (text) => (/^\S+$/.test(text) ? text : undefined),
};

const pathOf = (what: string): Parser<string> => ({
  accepts: `the path of a ${what}`,
  parse: (text) => (text.trim() === '' ? undefined : text),
});

export const path = pathOf('file');

export const folder = pathOf('folder');

export const secret: Parser<Secret> = {
  accepts: 'any text',
  parse: (text, current) => new Secret(current ?? text),
};

export const secretWord: Parser<Secret> = {
  accepts: word.accepts,
  parse: (text, current) => (word.parse(text) === undefined ? undefined : new Secret(current ?? text)),
};

/** At most `limit` in `seconds`. */
export interface RateSetting {
  readonly limit: number;
  readonly seconds: number;
}

export const rate: Parser<RateSetting> = {
  accepts: 'a number and seconds, up to 1000000/86400; 60/60 allows 60 in 60 seconds',
  parse(text) {
    const [, limit = 0, seconds = 0] = /^(\d{1,7})\/(\d{1,5})$/.exec(text)?.map(Number) ?? [];
    const isValid = limit >= 1 && limit <= 1_000_000 && seconds >= 1 && seconds <= 86_400;
    return isValid ? { limit, seconds } : undefined;
  },
};

/** The last of 43 characters carries 4 bits of the 256, so the other two bits are zero. */
export const key: Parser<Secret> = {
  accepts: 'a key of 256 random bits in base64url, which has 43 characters',
  parse: (text, current) =>
    /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(text) ? new Secret(current ?? text) : undefined,
};

export const host: Parser<string> = {
  accepts: 'a host name or an IP address, without scheme and port',
  parse: (text) => (isIP(text) || isHostName(text) ? text : undefined),
};

export const baseUrl: Parser<string> = {
  accepts: 'an absolute URL with https: or http:, without credentials, query and fragment',
  parse(text) {
    if (!/^https?:\/\/[^\s?#]+$/.test(text) || !URL.canParse(text)) return undefined;
    const { username, password, href } = new URL(text);
    return username + password === '' ? href : undefined;
  },
};

/** As `address/prefix`. An address alone is a range of one. */
export const ranges: Parser<readonly string[]> = {
  accepts:
    'one or more address ranges such as 10.0.0.0/8, separated by commas, none of which has all addresses',
  parse(text) {
    const parsed = text.split(',').map((range) => parseRange(range.trim()));
    return parsed.every((range) => range !== undefined) ? parsed : undefined;
  },
};

export const nodes: Parser<readonly Node[]> = {
  accepts: 'one or more host:port, separated by commas, with IPv6 addresses in brackets',
  parse(text) {
    const parsed = text.split(',').map((node) => parseNode(node.trim()));
    return parsed.every((node) => node !== undefined) ? parsed : undefined;
  },
};

// RFC 1123 has no underscores, but Docker Compose makes such names.
const isHostName = (text: string): boolean =>
  text.length <= 253 &&
  /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?$/.test(text) &&
  !text.includes('..');

function parseNode(text: string): Node | undefined {
  const colon = text.lastIndexOf(':');
  const bracketed = /^\[(.+)\]$/.exec(text.slice(0, colon))?.[1];
  const name = bracketed ?? text.slice(0, Math.max(colon, 0));
  const valid = bracketed === undefined ? isHostName(name) : isIPv6(name);
  const port = wholeNumber(1, 65535).parse(text.slice(colon + 1));
  return valid && port !== undefined ? { host: name, port } : undefined;
}

function parseRange(text: string): string | undefined {
  const [, address = '', prefix] = /^([\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  if (isIP(address) === 0) return undefined;
  const bits = isIPv4(address) ? 32 : 128;
  const length = prefix === undefined ? bits : wholeNumber(1, bits).parse(prefix);
  return length === undefined ? undefined : `${address}/${length}`;
}
