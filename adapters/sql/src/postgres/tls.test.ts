import { expect, it } from 'vitest';
import { pinTls } from './tls.ts';

it.each(['prefer', 'require', 'verify-ca', 'verify-full'])(
  'checks the server in full with sslmode=%s',
  (mode) => {
    expect(pinTls(`postgres://u:p@h/d?a=b&sslmode=${mode}&sslrootcert=/ca.pem`)).toBe(
      'postgres://u:p@h/d?a=b&sslmode=verify-full&sslrootcert=/ca.pem',
    );
    expect(pinTls(`postgres://u:p@h/d?sslmode=${mode}`)).toBe('postgres://u:p@h/d?sslmode=verify-full');
  },
);

it.each([
  'postgres://u:p@h/d',
  'postgres://u:p@h/d?sslmode=disable',
  'postgres://u:p@h/d?sslmode=no-verify',
  'postgres://u:p@h/d?sslmode=require&uselibpqcompat=true',
  'postgres://sslmode=require:p@h/d',
])('leaves %s as it is', (url) => {
  expect(pinTls(url)).toBe(url);
});

it('names the files for TLS, and checks the server in full', () => {
  const files = { caFile: '/ca dir/ca.crt', certFile: '/client/tls.crt', keyFile: '/client/tls.key' };
  expect(pinTls('postgres://h/d', files)).toBe(
    'postgres://h/d?sslrootcert=%2Fca%20dir%2Fca.crt&' +
      'sslcert=%2Fclient%2Ftls.crt&sslkey=%2Fclient%2Ftls.key&sslmode=verify-full',
  );
});

it('lets a URL have its own file and mode', () => {
  const url = 'postgres://h/d?sslmode=no-verify&sslrootcert=/own.pem';
  expect(pinTls(url, { caFile: '/ca.crt' })).toBe(url);
});
