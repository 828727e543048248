import type { Parser } from './parsers.ts';
import { Secret } from './secret.ts';

/** The primary store of the users. */
export type Database =
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: Secret }
  | { readonly kind: 'redis' };

export const databaseUrl: Parser<Database> = {
  accepts: 'memory: (development only), sqlite:PATH, postgres://user:password@host:port/database or redis:',
  parse(text, current) {
    if (text === 'memory:') return { kind: 'memory' };
    if (text === 'redis:') return { kind: 'redis' };
    if (text.startsWith('sqlite:')) return sqlite(text.slice('sqlite:'.length));
    return isPostgresUrl(text) ? { kind: 'postgres', url: new Secret(current ?? text) } : undefined;
  },
  replacement: {
    accepts: 'the same URL with another user or password, until the service restarts',
    allows: (before, after) => withoutCredentials(before) === withoutCredentials(after),
  },
};

/** Another server or database would be another dataset, which the running service takes for the same. */
function withoutCredentials(text: string): string {
  if (!isPostgresUrl(text)) return text;
  const url = new URL(text);
  url.username = url.password = '';
  for (const parameter of ['user', 'password']) url.searchParams.delete(parameter);
  return url.href;
}

// SQLite also accepts `:memory:` and `file:` URLs as a path. Both can lose the users on exit. `//name/file`
// would be an absolute path, although its writer means a relative one.
function sqlite(path: string): Database | undefined {
  const plain = path.replace(/^\/\/\//, '/');
  const misleading = /^(?:$|:|file:|\/\/)/.test(plain) || plain.includes('\0');
  return misleading ? undefined : { kind: 'sqlite', path: plain };
}

function isPostgresUrl(text: string): boolean {
  if (!/^postgres(?:ql)?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password, pathname, search, hash, searchParams } = new URL(text);
  // Without percent-encoding, a `/`, `?` or `#` in a password starts the path, the query or the fragment.
  const misplaced = /[@#]/.test(pathname + search + hash);
  const encoded = !misplaced && [username, password, pathname].every(isPercentEncoded);
  return encoded && (hostname !== '' || searchParams.has('host'));
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
