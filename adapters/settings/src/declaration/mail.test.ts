import { describe, expect, it } from 'vitest';
import { link, mailbox, serviceName, smtpUrl } from './mail.ts';

describe('smtpUrl', () => {
  it.each([
    'smtp://mail.example',
    'smtp://mail.example:2525/',
    'smtps://user%40example.com:p%2Fss@mail.example:465',
    'smtp://[::1]:25',
    'smtp://10.0.0.1',
  ])('reads %s and keeps it secret', (text) => {
    const url = smtpUrl.parse(text);
    expect(url?.reveal()).toBe(text);
    expect(JSON.stringify({ url })).not.toContain('smtp');
  });

  it.each([
    ['another scheme', 'https://mail.example'],
    ['no host', 'smtp://'],
    ['a port beyond the last one', 'smtp://mail.example:65536'],
    ['port 0', 'smtp://mail.example:0'],
    ['a path', 'smtp://mail.example/box'],
    ['options', 'smtp://mail.example?tls=no'],
    ['a user without a password', 'smtp://user@mail.example'],
    ['a password without a user', 'smtp://:pass@mail.example'],
    ['a password with an unencoded #', 'smtp://user:12#ss@mail.example'],
    ['a password with an unencoded %', 'smtp://user:100%@mail.example'],
    ['a line break in the user', 'smtp://us%0D%0Aer:pass@mail.example'],
    ['a line break in the URL', 'smtp://mail.exa\nmple'],
    ['a space in the host', 'smtp://mail example'],
  ])('refuses %s', (_, text) => {
    expect(smtpUrl.parse(text)).toBeUndefined();
  });
});

describe('mailbox', () => {
  it.each([
    ['no-reply@example.com', { address: 'no-reply@example.com' }],
    ['<no-reply@example.com>', { address: 'no-reply@example.com' }],
    ['Example <no-reply@example.com>', { name: 'Example', address: 'no-reply@example.com' }],
    ['"Müller, Inc." <post@müller.example>', { name: 'Müller, Inc.', address: 'post@müller.example' }],
    ['root@localhost', { address: 'root@localhost' }],
  ])('reads %s', (text, value) => {
    expect(mailbox.parse(text)).toEqual(value);
  });

  it.each([
    ['a name alone', 'Example'],
    ['two addresses', 'a@example.com, b@example.com'],
    ['a name without brackets', 'Example no-reply@example.com'],
    ['another header', 'Example\r\nBcc: b@example.com <a@example.com>'],
    ['another header after the address', 'a@example.com\r\nBcc: b@example.com'],
    ['two brackets', 'A <a@example.com> <b@example.com>'],
    ['an address without a domain', 'Example <no-reply@>'],
    ['an address that is too long', `a@${'b.'.repeat(130)}de`],
  ])('refuses %s', (_, text) => {
    expect(mailbox.parse(text)).toBeUndefined();
  });
});

describe('serviceName', () => {
  it('reads what people can see, without the spaces around it', () => {
    expect(serviceName.parse(' Zoë & Söhne ')).toBe('Zoë & Söhne');
  });

  it.each([' ', 'a\r\nBcc: b@example.com', 'a\u0000', 'a\u202Eb', 'a'.repeat(101)])('refuses %j', (text) => {
    expect(serviceName.parse(text)).toBeUndefined();
  });
});

describe('link', () => {
  it.each(['https://example.com/', 'https://example.com/reset?lang=en', 'http://localhost:3000/reset'])(
    'reads %s',
    (text) => {
      expect(link.parse(text)).toBe(text);
    },
  );

  it.each([
    '/reset',
    'example.com/reset',
    'javascript://example.com/%0Aalert(1)',
    'https://example.com/#reset',
    'https://example.com/#',
    'https://user:pass@example.com/',
    'https://example.com/a b',
    'https://',
  ])('refuses %s', (text) => {
    expect(link.parse(text)).toBeUndefined();
  });
});
