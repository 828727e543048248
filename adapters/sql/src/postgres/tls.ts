/** PEM files, which are read at each connection, so that what has been replaced is used without a restart. */
export interface TlsFiles {
  readonly caFile?: string | undefined;
  /** The certificate that is shown to the server, and its private key. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/**
 * Pins what `sslmode` means in a connection URL. `pg` 8 checks the server's certificate and name with
 * `prefer`, `require` and `verify-ca` just as with `verify-full`, which is stricter than libpq, says so on
 * stderr, and announces that its next version will not. Here they go on meaning `verify-full`: encryption
 * without a check of the server has to be asked for by its name, `sslmode=no-verify`, or with
 * `uselibpqcompat=true`, which brings libpq's meanings. Without `sslmode` there is no TLS. The authority is a
 * file in `sslrootcert`, else those that Node trusts.
 */
export const pinTls = (url: string, files: TlsFiles = {}): string => {
  const complete = withFiles(url, files);
  return /[?&]uselibpqcompat=true(?:&|$)/.test(complete)
    ? complete
    : complete.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
};

/**
 * What a URL says itself wins. An authority without an `sslmode` asks for TLS: it would be ignored otherwise.
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
