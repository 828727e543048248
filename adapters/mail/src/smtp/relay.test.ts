import { expect, it } from 'vitest';
import { relayOf } from './relay.ts';

it.each([
  ['smtp://mail.example', { host: 'mail.example', port: 587, secure: false }],
  ['smtps://mail.example/', { host: 'mail.example', port: 465, secure: true }],
  ['smtp://[::1]:25', { host: '::1', port: 25, secure: false }],
  [
    'smtps://user%40example.com:p%2Fs%3As@mail.example:2465',
    {
      host: 'mail.example',
      port: 2465,
      secure: true,
      credentials: { user: 'user@example.com', pass: 'p/s:s' },
    },
  ],
])('reads %s', (url, relay) => {
  expect(relayOf(url)).toEqual(relay);
});
