/**
 * Pins what `sslmode` means in a connection URL. `pg` 8 checks the server's certificate and name with `prefer`, `require`
 * and `verify-ca` just as with `verify-full`, which is stricter than libpq, says so on stderr, and announces that its next version
 * will not. Here they go on meaning `verify-full`: encryption without a check of the server has to be asked for by its
 * name, `sslmode=no-verify`, or with `uselibpqcompat=true`, which brings libpq's meanings. Without `sslmode` there is no TLS. The
 * authority is a file in `sslrootcert`, else those that Node trusts.
 */
export const pinTls = (url: string): string =>
  /[?&]uselibpqcompat=true(?:&|$)/.test(url)
    ? url
    : url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
