import { once } from 'node:events';
import { text as read } from 'node:stream/consumers';
import { InvalidCredentials } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { ADA } from '../testing/people.ts';
import { open, sendRaw } from '../testing/raw.ts';
import { type Service, startService } from '../testing/service.ts';

/**
 * What RFC 9110 and RFC 9112 ask of a server: a section, the bytes that a client sends, and the statuses of
 * the answers. After `close` nothing more is answered on the connection; without it, the next request is. The
 * fourth column gives the reason where Node's parser decides or where the answer is not the one that the RFC
 * suggests.
 */
type Row = readonly [section: string, bytes: string, answers: string, why?: string];

/** Lines as they stand on the wire, and the empty one after them. */
const lines = (...all: readonly string[]): string => `${all.join('\r\n')}\r\n\r\n`;
const get = (target: string, ...headers: readonly string[]) => lines(`GET ${target} HTTP/1.1`, ...headers);
const live = (...headers: readonly string[]) => get('/livez', 'Host: a', ...headers);
/** With a body that breaks the rules of a login (422) where it arrives whole. */
const logIn = (body: string, ...headers: readonly string[]) =>
  lines('POST /v1/auth/login HTTP/1.1', 'Host: a', 'Content-Type: application/json', ...headers) + body;
const chunked = (body: string) => logIn(body, 'Transfer-Encoding: chunked');
const CREDENTIALS = JSON.stringify(ADA);
const long = (length: number) => 'a'.repeat(length);

const NODE = 'Node’s parser refuses it.';
const LENIENT = 'Node’s parser accepts it, and the RFC allows that.';

const START_LINE: readonly Row[] = [
  ['9112 2.2: an empty line before the request', `\r\n${live()}`, '200'],
  ['9112 2.2: a space before the request', ` ${live()}`, '400 close', NODE],
  ['9112 2.2: lines that end with LF alone', 'GET /livez HTTP/1.1\nHost: a\n\n', '400 close', NODE],
  ['9112 2.2: lines that end with CR alone', 'GET /livez HTTP/1.1\rHost: a\r\r', '400 close', NODE],
  ['9112 2.2: a space before the first header', lines('GET /livez HTTP/1.1', ' Host: a'), '400 close', NODE],
  ['9112 2.3: HTTP/1.0', lines('GET /livez HTTP/1.0'), '200 close'],
  ['9112 2.3: HTTP/0.9 with a version', lines('GET /livez HTTP/0.9'), '400 close'],
  ['9112 2.3: HTTP/0.9', 'GET /livez\r\n\r\n', '400 close'],
  [
    '9110 6.2: a higher minor version',
    lines('GET /livez HTTP/1.2', 'Host: a'),
    '400 close',
    'It should count as 1.1. ' + NODE,
  ],
  [
    '9110 15.6.6: HTTP/2.0',
    lines('GET /livez HTTP/2.0', 'Host: a'),
    '400 close',
    'With 505, a client could raise the alarm for 5xx.',
  ],
  ['9113 3.4: the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 close', NODE],
  [
    '9112 2.3: the name of the protocol in lower case',
    lines('GET /livez http/1.1', 'Host: a'),
    '400 close',
    NODE,
  ],
  ['9112 2.3: two digits', lines('GET /livez HTTP/1.10', 'Host: a'), '400 close', NODE],
  ['9112 3: two spaces', lines('GET  /livez HTTP/1.1', 'Host: a'), '200', LENIENT],
  ['9112 3: a tab', lines('GET\t/livez HTTP/1.1', 'Host: a'), '400 close', NODE],
  ['9112 3: a space in the target', get('/live z', 'Host: a'), '400 close', NODE],
  ['9112 3: a space after the version', lines('GET /livez HTTP/1.1 ', 'Host: a'), '400 close', NODE],
  ['9112 3: bytes outside of ASCII in the target', get('/\xe9', 'Host: a'), '400 close', NODE],
  ['9112 3: NUL in the target', get('/\0', 'Host: a'), '400 close', NODE],
  ['9112 3: a target of 8 KiB', get(`/${long(8191)}`, 'Host: a'), '404'],
  ['9112 3: a longer target', get(`/${long(8192)}`, 'Host: a'), '414 close'],
  ['9112 3: a target longer than the parser takes', get(`/${long(20_000)}`, 'Host: a'), '414 close'],
  [
    '9110 9.1: a method that exists nowhere',
    lines('BREW / HTTP/1.1', 'Host: a'),
    '405 close',
    'With 501, a client could raise the alarm for 5xx.',
  ],
  [
    '9110 9.1: a method in lower case',
    lines('get /livez HTTP/1.1', 'Host: a'),
    '405 close',
    'As any unknown method.',
  ],
  [
    '9110 9.1: a method of 20 KB',
    lines(`${long(20_000)} / HTTP/1.1`, 'Host: a'),
    '405 close',
    'As any unknown method.',
  ],
  ['9110 9.3.6: CONNECT', lines('CONNECT a:443 HTTP/1.1', 'Host: a'), '405 close'],
  ['9110 9.3.6: CONNECT without a port', lines('CONNECT a HTTP/1.1', 'Host: a'), '405 close'],
  ['9110 9.3.8: TRACE', lines('TRACE /livez HTTP/1.1', 'Host: a'), '405'],
  ['another protocol: TLS', '\x16\x03\x01\x02\x00\x01\x00\x01', '400 close', NODE],
  [
    'another protocol: RTSP',
    lines('GET /livez RTSP/1.0'),
    '200 close',
    'The parser takes it for HTTP/1.0 and does not tell.',
  ],
];

const TARGET_AND_HOST: readonly Row[] = [
  ['9112 3.2: no Host', get('/livez'), '400 close'],
  ['9112 3.2: no Host in HTTP/1.0, which has none', lines('GET /livez HTTP/1.0'), '200 close'],
  ['9112 3.2: two Hosts', live('Host: b'), '400 close'],
  ['9112 3.2: the same Host twice', live('Host: a'), '400 close'],
  ['9112 3.2: two Hosts, the second empty', live('Host:'), '400 close'],
  ['9112 3.2: two Hosts in HTTP/1.0', lines('GET /livez HTTP/1.0', 'Host: a', 'Host: b'), '400 close'],
  ['9110 4.2.1: an empty Host', get('/livez', 'Host:'), '400 close'],
  ['9112 3.2: a Host with spaces around', get('/livez', 'Host: \t a:80 \t'), '200'],
  ['9112 3.2: an IPv6 Host', get('/livez', 'Host: [::1]:8080'), '200'],
  ['9112 3.2: a Host with an empty port', get('/livez', 'Host: a:'), '200'],
  ...['a b', 'a/b', 'a@b', 'a:b', 'a:1:2', 'http://a', 'a, b', '[::1', 'a?', 'a%zz', 'é'].map((host): Row => [
    `9112 3.2: a Host that is none: ${host}`,
    get('/livez', `Host: ${host}`),
    '400 close',
  ]),
  ['9112 3.2.1: origin-form with a query', get('/livez?a=b/c?d', 'Host: a'), '200'],
  [
    '9112 3.2.1: origin-form with characters that a URI escapes',
    get('/"<>\\^`{|}', 'Host: a'),
    '404',
    'Browsers send some of them.',
  ],
  ['9112 3.2.1: origin-form with a fragment', get('/livez#b', 'Host: a'), '400 close'],
  ['9112 3.2.2: absolute-form', get('http://a/livez', 'Host: a'), '200'],
  ['9112 3.2.2: absolute-form, whose host counts', get('http://a:80/livez?c', 'Host: b'), '200'],
  [
    '9112 3.2.2: absolute-form with https',
    get('HTTPS://[::1]/livez', 'Host: a'),
    '200',
    'A trusted gateway ends TLS.',
  ],
  ['9112 3.2.2: absolute-form without a path', get('http://a', 'Host: a'), '404'],
  ['9112 3.2.2: absolute-form without Host', get('http://a/livez'), '400 close'],
  ['9112 3.2.2: absolute-form with two Hosts', get('http://a/livez', 'Host: a', 'Host: a'), '400 close'],
  ['9110 4.2.1: absolute-form without a host', get('http:///livez', 'Host: a'), '400 close'],
  ['9110 4.2.4: absolute-form with a user', get('http://b@a/livez', 'Host: a'), '400 close'],
  ['9110 7.4: absolute-form with another scheme', get('ftp://a/livez', 'Host: a'), '400 close'],
  ['9112 3.2.3: authority-form without CONNECT', get('a:80', 'Host: a'), '400 close', NODE],
  ['9112 3.2.4: asterisk-form', lines('OPTIONS * HTTP/1.1', 'Host: a'), '204'],
  ['9112 3.2.4: asterisk-form without OPTIONS', get('*', 'Host: a'), '400 close'],
  ['9112 3.2: a target of no form', get('livez', 'Host: a'), '400 close', NODE],
];

const HEADERS: readonly Row[] = [
  ['9112 5.1: a space before the colon', get('/livez', 'Host : a'), '400 close', NODE],
  ['9112 5.2: a folded line', live('A: b', ' c'), '400 close', NODE],
  ['9110 5.1: a name with other characters than a token', live('A(b: c'), '400 close', NODE],
  ['9110 5.1: no name', live(': b'), '400 close', NODE],
  ['9112 5: no colon', live('A'), '400 close', NODE],
  ['9110 5.5: NUL in a value', live('A: \0'), '400 close', NODE],
  ['9112 2.2: CR in a value', live('A: b\rc'), '400 close', NODE],
  ['9112 2.2: LF alone between two headers', live('A: b\nC: d'), '400 close', NODE],
  ['9110 5.5: bytes outside of ASCII in a value', live('A: \xe9\xff'), '200'],
  ['9110 5.1: names that JavaScript knows', live('__proto__: b', 'constructor: c', 'toString: d'), '200'],
  ['9110 5.4: a header of 20 KB', live(`A: ${long(20_000)}`), '431 close'],
  [
    '9110 5.4: a thousand headers',
    live(...Array<string>(1000).fill('A:')),
    '431 close',
    'Node’s parser counts them, too.',
  ],
  ['9110 5.3: two Content-Types', logIn('{}', 'Content-Type: text/plain', 'Content-Length: 2'), '415'],
  ['9110 8.4: an unknown content coding', logIn('{}', 'Content-Encoding: br', 'Content-Length: 2'), '415'],
  ['9110 14.2: a range of what has none', live('Range: bytes=0-1'), '200'],
  [
    '9110 14.5: a part of a body',
    logIn('{}', 'Content-Range: bytes 0-1/9', 'Content-Length: 2'),
    '400 close',
  ],
  ['9110 12.4: nothing that the client accepts', live('Accept: image/png', 'Accept-Charset: latin1'), '200'],
];

const FRAMING: readonly Row[] = [
  ['9112 6.3: no body', logIn(''), '400'],
  ['9112 6.3: a body with GET', `${live('Content-Length: 3')}abc`, '200'],
  ['9112 6.1: a length and a coding', chunkedAnd('Content-Length: 5'), '400 close', NODE],
  ['9112 6.3: two lengths', logIn('{}', 'Content-Length: 2', 'Content-Length: 3'), '400 close', NODE],
  [
    '9112 6.3: the same length twice',
    logIn('{}', 'Content-Length: 2', 'Content-Length: 2'),
    '400 close',
    NODE,
  ],
  ...['2, 2', '+2', '-2', '0x2', '2.0', '2 2', '', '99999999999999999999'].map((length): Row => [
    `9110 8.6: a length that is none: ${length}`,
    logIn('{}', `Content-Length: ${length}`),
    '400 close',
    NODE,
  ]),
  ['9110 8.6: a length with zeros before it', logIn('{}', 'Content-Length: 0002'), '422'],
  [
    '9110 8.6: a length that no double holds',
    logIn('{}', 'Content-Length: 18446744073709551615'),
    '413 close',
  ],
  [
    '9112 6.1: an unknown coding',
    logIn('0\r\n\r\n', 'Transfer-Encoding: gzip, chunked'),
    '400 close',
    'With 501, a client could raise the alarm for 5xx.',
  ],
  [
    '9112 6.1: an unknown coding on a line of its own',
    logIn('0\r\n\r\n', 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'),
    '400 close',
  ],
  ['9112 6.1: an unknown coding with GET', live('Transfer-Encoding: gzip, chunked'), '400 close'],
  [
    '9112 6.1: chunked in HTTP/1.0',
    lines('POST /livez HTTP/1.0', 'Transfer-Encoding: chunked', 'Connection: keep-alive'),
    '400 close',
  ],
  ['9112 6.3: chunked twice', logIn('0\r\n\r\n', 'Transfer-Encoding: chunked, chunked'), '400 close', NODE],
  [
    '9112 6.3: chunked before another coding',
    logIn('0\r\n\r\n', 'Transfer-Encoding: chunked, gzip'),
    '400 close',
    NODE,
  ],
  ['9112 6.3: only another coding', logIn('', 'Transfer-Encoding: identity'), '400 close'],
  [
    '9112 7: the name of the coding in capitals',
    logIn('2\r\n{}\r\n0\r\n\r\n', 'Transfer-Encoding: CHUNKED'),
    '422',
  ],
  [
    '9110 5.6.1: an empty element in the list',
    logIn('2\r\n{}\r\n0\r\n\r\n', 'Transfer-Encoding: , chunked'),
    '422',
  ],
  ['9112 7.1: two chunks', chunked('1\r\n{\r\n01\r\n}\r\n0\r\n\r\n'), '422'],
  ['9112 7.1: a size with a sign', chunked('+2\r\n{}\r\n0\r\n\r\n'), '400 close', NODE],
  ['9112 7.1: a size with a prefix', chunked('0x2\r\n{}\r\n0\r\n\r\n'), '400 close', NODE],
  ['9112 7.1: a size that overflows', chunked(`${'f'.repeat(17)}\r\n{}\r\n0\r\n\r\n`), '400 close', NODE],
  ['9112 7.1: no CRLF after the data', chunked('2\r\n{}0\r\n\r\n'), '400 close', NODE],
  ['9112 7.1: LF alone after a size', chunked('2\n{}\r\n0\r\n\r\n'), '400 close', NODE],
  ['9112 7.1.1: extensions', chunked('2;a;b=c;d="e"\r\n{}\r\n0\r\n\r\n'), '422'],
  ['9112 7.1.1: an extension of 20 KB', chunked(`2;a=${long(20_000)}\r\n{}\r\n0\r\n\r\n`), '400 close', NODE],
  ['9112 7.1.2: a trailer', chunked('2\r\n{}\r\n0\r\nHost: b\r\nAuthorization: c\r\n\r\n'), '422'],
  [
    '9112 7.1.2: a trailer that would frame the message',
    chunked('2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n'),
    '400 close',
    NODE,
  ],
  ['9112 7.1.2: a trailer that is no header', chunked('2\r\n{}\r\n0\r\nA b\r\n\r\n'), '400 close', NODE],
  ['9112 7.1.2: a trailer of 20 KB', chunked(`2\r\n{}\r\n0\r\nA: ${long(20_000)}\r\n\r\n`), '431 close'],
];

/** A chunked body in a message that has another header too. */
function chunkedAnd(header: string): string {
  return logIn('0\r\n\r\n', header, 'Transfer-Encoding: chunked');
}

const CONNECTION: readonly Row[] = [
  ['9112 9.3: the connection stays', live(), '200'],
  ['9112 9.3: HTTP/1.0 that asks for it', lines('GET /livez HTTP/1.0', 'Connection: keep-alive'), '200'],
  ['9112 9.3.2: many requests at once', live().repeat(20), Array<string>(20).fill('200').join(' ')],
  [
    '9112 9.3.2: a faulty one after two good ones',
    live() + logIn('{}', 'Content-Length: 2') + live('A'),
    '200 422 400 close',
  ],
  [
    '9112 9.3.2: a CONNECT after a good one',
    live() + lines('CONNECT a:1 HTTP/1.1', 'Host: a'),
    '200 405 close',
  ],
  [
    '9112 9.3.2: an unknown method after a good one',
    live() + lines('BREW / HTTP/1.1', 'Host: a'),
    '200 405 close',
  ],
  ['9112 9.6: close', live('Connection: close'), '200 close'],
  ['9112 9.6: close among other options, in capitals', live('Connection: a, CLOSE'), '200 close'],
  ['9112 9.6: close on a line of its own', live('Connection: keep-alive', 'Connection: close'), '200 close'],
  ['9112 9.6: garbage after close', `${live('Connection: close')}garbage`, '200 close'],
  ['9110 7.6.1: empty options', live('Connection: ,, ,'), '200'],
  ['9110 10.1.1: go on', logIn('{}', 'Expect: 100-continue', 'Content-Length: 2'), '100 422'],
  [
    '9110 10.1.1: go on, in HTTP/1.0',
    logIn('{}', 'Expect: 100-continue', 'Content-Length: 2').replace('1.1', '1.0'),
    '422 close',
  ],
  ['9110 10.1.1: an unknown expectation', live('Expect: miracles'), '200'],
  [
    '9110 10.1.1: no going on with a body of the wrong type',
    logIn('', 'Content-Type: text/plain', 'Expect: 100-continue', 'Content-Length: 2'),
    '415 close',
  ],
  [
    '9110 10.1.1: no going on with a body that is too large',
    logIn('', 'Expect: 100-continue', 'Content-Length: 99999'),
    '413 close',
  ],
  [
    '9110 9.3.7: OPTIONS with Max-Forwards',
    lines('OPTIONS /livez HTTP/1.1', 'Host: a', 'Max-Forwards: 0'),
    '204',
  ],
];

/** Answered only where the connection has stayed open and in step. */
const LAST_ID = 'still-in-step';
const LAST = live('Connection: close', `X-Request-Id: ${LAST_ID}`);

describe.each([
  ['the start line', START_LINE],
  ['the target and the host', TARGET_AND_HOST],
  ['the headers', HEADERS],
  ['the length of a message', FRAMING],
  ['the connection', CONNECTION],
])('%s', (_, rows) => {
  const cases = rows.map(([section, bytes, answers]) => [section, bytes, answers] as const);

  it.each(cases)('is answered as the RFC says: %s', async (_section, bytes, expected) => {
    const service = await startService();
    const text = await sendRaw(service, Buffer.from(bytes + LAST, 'latin1'));
    const answered = statuses(text);
    const answers = text.includes(LAST_ID) ? answered.slice(0, -1) : [...answered, 'close'];
    expect(answers.join(' ')).toBe(expected);
    expectDates(text);
    expectNoAlarm(service);
  });
});

describe('a client that closes its half of the connection', () => {
  it.each<readonly [string, string, string]>([
    ['9112 9.6: after a request', live(), '200'],
    ['9112 9.6: after two requests', live() + live(), '200 200'],
    ['9112 9.6: after a body', logIn('{}', 'Content-Length: 2'), '422'],
    ['9112 8: within the headers', 'GET /livez HTTP/1.1\r\nHo', '400'],
    ['9112 8: within a body', logIn('{', 'Content-Length: 2'), '400'],
    ['9112 8: within a chunk', chunked('2\r\n{'), '400'],
    ['9112 8: before the last chunk', chunked('2\r\n{}\r\n'), '400'],
    ['9112 9.6: before a request', '', ''],
  ])('is answered as the RFC says: %s', async (_section, bytes, expected) => {
    const service = await startService();
    const socket = await open(service);
    const text = await read(socket.end(bytes, 'latin1'));
    expect(statuses(text).join(' ')).toBe(expected);
    expectDates(text);
    expectNoAlarm(service);
  });

  it('waits for an answer that is in the making', async () => {
    const service = await startService();
    const ended = new Promise((resolve) => {
      service.server.once('connection', (accepted) => accepted.once('end', resolve));
    });
    afterwards(service, ended);
    const socket = await open(service);
    const text = await read(socket.end(logIn(CREDENTIALS, `Content-Length: ${CREDENTIALS.length}`)));
    expect(statuses(text)).toEqual(['401']);
  });
});

describe('a faulty request behind one that is still worked on', () => {
  it.each([
    ['that is no request', 'garbage\r\n\r\n', '400'],
    ['with a method that is none', `\r\n${lines('BREW / HTTP/1.1', 'Host: a')}`, '405'],
    ['with CONNECT', lines('CONNECT a:1 HTTP/1.1', 'Host: a'), '405'],
    ['whose body is broken', chunked('x'), '400'],
  ])('gets the second answer and not the first: %s', async (_, faulty, status) => {
    const service = await startService();
    const heard = new Promise((resolve) => {
      for (const event of ['clientError', 'connect']) service.server.prependOnceListener(event, resolve);
    });
    afterwards(service, heard);
    const socket = await open(service);
    socket.write(logIn(CREDENTIALS, `Content-Length: ${CREDENTIALS.length}`) + faulty);
    expect(statuses(await read(socket))).toEqual(['401', status]);
    expectNoAlarm(service);
  });
});

describe('HEAD', () => {
  it.each(['/livez', '/nothing', '/v1/auth/login', '/v1/users/me'])('has no content: %s', async (path) => {
    const service = await startService();
    const text = await sendRaw(service, lines(`HEAD ${path} HTTP/1.1`, 'Host: a', 'Connection: close'));
    expect(text).toMatch(/^HTTP\/1\.1 \d{3} (?:.+\r\n)+\r\n$/);
    expect(text).toMatch(/^Content-Length: [1-9]/m);
  });
});

describe('an upgrade', () => {
  // Node drops what came in one packet with the request, so the next one waits for the answer.
  it.each(['websocket', 'h2c'])('is ignored, and the connection goes on: %s', async (protocol) => {
    const service = await startService();
    const socket = await open(service);
    socket.write(live('Connection: Upgrade', `Upgrade: ${protocol}`));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(statuses(first.toString())).toEqual(['200']);
    socket.write(LAST);
    expect(statuses(await read(socket))).toEqual(['200']);
  });
});

/** Lets a login find out that it fails no sooner than that. */
function afterwards({ useCases }: Service, event: Promise<unknown>): void {
  useCases.logIn = async () => {
    await event;
    throw new InvalidCredentials();
  };
}

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);

/** RFC 9110, 6.6.1: every answer but an interim one says when it was made. */
function expectDates(text: string): void {
  const dates = [...text.matchAll(/^Date: \w{3}, .* GMT\r$/gm)];
  expect(dates).toHaveLength(statuses(text).filter((status) => status !== '100').length);
}

function expectNoAlarm({ logger, observer }: Service): void {
  expect(logger.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  expect(observer.answers.filter(({ status }) => status >= 500)).toEqual([]);
}
