import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { routes } from '../testing/api.ts';
import { call } from '../testing/client.ts';
import { ADA, letIn, register } from '../testing/people.ts';
import { sendRaw } from '../testing/raw.ts';
import { type Service, startService } from '../testing/service.ts';

/** Milliseconds for which one request may keep the event loop from all the others. */
const LIMIT = 20;
/** A little less than a body may have, so that it is read to its end. */
const BODY_BYTES = 64 * 1024 - 1024;

/** Texts that may be expensive in large numbers: for normalisation, regular expressions, walks. */
const UNITS = [
  ...[
    'a',
    ' ',
    '.',
    '-',
    '@',
    '"',
    '\\',
    '\u0000',
    '1',
    '+',
    'a.',
    'a@',
    'xn--',
    'a-',
    '\ud800',
    '\u{1f600}\u200d',
  ],
  // Marks of several combining classes, which normalisation sorts.
  ...['\u0301', '\u0323', '\u0301\u0323', '\u05b0\u0591', '\u{1d165}'],
  // Letters that grow, or that are composed.
  ...['\ufdfa', '\u0130', '\u1f82', '\u1100\u1161\u11a8', '\ufb2c', '\u00df'],
];

/** Runs of these texts, as long together as a body may be. */
function text(units: readonly string[], bytes = BODY_BYTES): string {
  const share = bytes / units.length;
  return units
    .map((unit) => unit.repeat(share / Buffer.byteLength(JSON.stringify(unit).slice(1, -1))))
    .join('');
}

const runs = fc.array(fc.constantFrom(...UNITS), { minLength: 1, maxLength: 4 });

/** Every text that a client can send in a body: the route and the member. */
const MEMBERS = routes.flatMap(({ path, body }) => {
  const { properties = {} } = body ? z.toJSONSchema(body.schema, { io: 'input' }) : {};
  const members = Object.entries(properties).filter(
    ([, schema]) => typeof schema === 'object' && schema.type === 'string',
  );
  return members.map(([member]) => ({ path, member }));
});

describe.each(MEMBERS)('the member $member of $path', ({ path, member }) => {
  const cost = (service: Service, units: readonly string[]) => {
    const json = { ...ADA, [member]: text(units) };
    return cpuTime(() => call(service, 'POST', path, { json }));
  };

  it.each([
    ['a letter and many marks in the wrong order', ['a', '\u0301', '\u0323']],
    ['an address of many labels', ['a@', 'a.']],
    ['spaces inside of letters', ['a', ' ', 'a']],
  ])('does not hold the event loop for long: %s', async (_, units) => {
    const service = await startService();
    expect(await cost(service, units)).toBeLessThan(LIMIT);
  });

  it('does not hold the event loop for long, whatever it is made of', async () => {
    const service = await startService();
    await fc.assert(
      fc.asyncProperty(runs, async (units) => {
        expect(await cost(service, units)).toBeLessThan(LIMIT);
      }),
      { numRuns: 30 },
    );
  });
});

/** Documents that are expensive to parse, to check or to refuse. */
const BODIES: readonly (readonly [string, string])[] = [
  ['nested arrays', '['.repeat(BODY_BYTES / 2) + ']'.repeat(BODY_BYTES / 2)],
  ['arrays that never end', '['.repeat(BODY_BYTES)],
  ['nested objects', '{"a":'.repeat(BODY_BYTES / 6) + '0' + '}'.repeat(BODY_BYTES / 6)],
  ['nested preferences', `{"preferences":${'{"a":'.repeat(10_000)}0${'}'.repeat(10_000)}}`],
  ['many members', object(7000, (n) => `"${n}":0`)],
  ['many members of one name', object(9000, () => '"a":0')],
  ['many members that change a prototype', object(3500, () => '"__proto__":{}')],
  ['many members that are not well-formed', object(4000, (n) => `"\\ud800${n}":0`)],
  ['many numbers', `{"a":[${'0,'.repeat(BODY_BYTES / 2 - 8)}0]}`],
  ['many numbers that are none', `{"a":[${'1e999,'.repeat(10_000)}0]}`],
  ['many nulls', object(6000, (n) => `"${n}":null`)],
  ['a long number', `{"a":${'1'.repeat(60_000)}}`],
  ['a long fraction', `{"a":0.${'0'.repeat(60_000)}1}`],
  ['a long exponent', `{"a":1e${'1'.repeat(60_000)}}`],
  ['a long name', `{"${'a\u0301'.repeat(20_000)}":0}`],
  ['a long text', `{"a":"${'\\u0301'.repeat(10_000)}"}`],
  ['no JSON', 'a'.repeat(BODY_BYTES)],
  ['spaces', ' '.repeat(BODY_BYTES)],
];

function object(count: number, member: (n: number) => string): string {
  return `{${Array.from({ length: count }, (_, n) => member(n)).join()}}`;
}

const WITH_BODY = routes.filter(({ body }) => body !== undefined);

describe.each(WITH_BODY)('$method $path', ({ method, path }) => {
  it.each(BODIES)('does not hold the event loop for long: %s', async (_, body) => {
    const service = await startService();
    const { token, userId } = await register(service);
    const request = { token, body, headers: { 'content-type': 'application/json' } };
    const send = () => call(service, method, path.replace('{user_id}', userId), request);
    expect(await cpuTime(send)).toBeLessThan(LIMIT);
  });
});

const FORMS: readonly (readonly [string, string])[] = [
  ['many members', Array.from({ length: 7000 }, (_, n) => `a${n}=`).join('&')],
  ['many members of one name', 'token=a&'.repeat(8000)],
  ['many separators', '&'.repeat(BODY_BYTES)],
  ['many encoded characters', `token=${'%61'.repeat(21_000)}`],
  ['many broken encodings', `token=${'%e'.repeat(30_000)}`],
  ['a long token', `token=${'A'.repeat(60_000)}`],
];

it.each(FORMS)('a form with %s does not hold the event loop for long', async (_, body) => {
  const service = await startService();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const request = { token: letIn(service, 'introspect'), body, headers };
  for (const path of ['/v1/introspect', '/v1/revoke']) {
    expect(await cpuTime(() => call(service.internal, 'POST', path, request))).toBeLessThan(LIMIT);
  }
});

/** Headers and targets have less room than bodies. */
const HEADER_BYTES = 15_000;
const HEADERS = [
  'authorization',
  'content-type',
  'content-encoding',
  'if-match',
  'if-none-match',
  'x-request-id',
  'connection',
  'expect',
  'accept',
];
const HEADER_UNITS = [
  ' ',
  ',',
  '"',
  '""',
  '"a",',
  'W/"a",',
  'W/',
  ';',
  ';a=b',
  ';a="',
  '\\"',
  '/',
  'a/',
  '=',
  'a',
  'a ',
  '%',
  '\xff',
];

it.each(HEADERS)('the header %s does not hold the event loop for long', async (name) => {
  const service = await startService();
  const { token, path } = await register(service);
  for (const before of ['', 'Bearer ', 'application/json;a="', '"', 'W/"']) {
    for (const unit of HEADER_UNITS) {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        [name]: `${before}${text([unit], HEADER_BYTES)}x`,
      };
      const send = () => call(service, 'PUT', `${path}/preferences`, { body: '{}', headers });
      expect(await cpuTime(send)).toBeLessThan(LIMIT);
    }
  }
});

it('the target does not hold the event loop for long', async () => {
  const service = await startService();
  for (const before of ['/', '/v1/users/', '/?', 'http://a/', 'http://']) {
    for (const unit of [
      '/',
      'a',
      'a/',
      '%',
      '%41',
      '%ff',
      '?',
      '&a=',
      '.',
      './',
      '../',
      ':',
      '@',
      '[',
      ';',
      '*',
    ]) {
      const bytes = `GET ${before}${text([unit], 8000)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
      expect(await cpuTime(() => sendRaw(service, bytes))).toBeLessThan(LIMIT);
    }
  }
});

/**
 * The milliseconds that the thread computes for a request, the client included. Other processes do not count.
 * A garbage collection may, hence the least of several.
 */
async function cpuTime(send: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let n = 0; n < 10 && least >= LIMIT; n += 1) {
    const before = process.threadCpuUsage();
    await send();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
