/** PEM files. Each new connection reads them again, so a replaced file needs no restart. */
export interface TlsFiles {
  readonly caFile?: string | undefined;
  /** The client certificate and its private key. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/**
 * Pins the meaning of `sslmode` in a connection URL. In `pg` 8, `prefer`, `require` and `verify-ca` verify
 * the server's certificate and host name like `verify-full`. This is stricter than libpq, and `pg` announces
 * on stderr that the next version will change it. Here they keep the meaning of `verify-full`. Encryption
 * without verification must be explicit: `sslmode=no-verify`, or `uselibpqcompat=true` for libpq's meanings.
 * Without `sslmode` there is no TLS. The trusted authority is the file in `sslrootcert`, or else the
 * authorities of Node.
 */
export const pinTls = (url: string, files: TlsFiles = {}): string => {
  const complete = withFiles(url, files);
  return /[?&]uselibpqcompat=true(?:&|$)/.test(complete)
    ? complete
    : complete.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
};

/**
 * Parameters in the URL win. An authority without `sslmode` enables TLS, because `pg` would ignore it
 * otherwise.
 */
function withFiles(url: string, { caFile, certFile, keyFile }: TlsFiles): string {
  const parameters = { sslrootcert: caFile, sslcert: certFile, sslkey: keyFile };
  const given = Object.entries(parameters).filter(([, path]) => path !== undefined);
  const mode = given.length > 0 ? [['sslmode', 'verify-full'] as const] : [];
  return [...given, ...mode].reduce(
    (text, [name, value = '']) =>
      new RegExp(`[?&]${name}=`).test(text)
        ? text
        : `${text}${text.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`,
    url,
  );
}
