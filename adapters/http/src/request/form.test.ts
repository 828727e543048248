import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { letIn, register } from '../testing/people.ts';
import { open, sendRaw } from '../testing/raw.ts';
import { startService } from '../testing/service.ts';
import { Request } from './body.ts';
import { parseForm } from './form.ts';

const standard = (form: string) => Object.fromEntries(new URLSearchParams(form));

it.each([
  'token=atk_A-z.0~9',
  'token=',
  'token',
  '=atk_A',
  '?token=atk_A',
  'token=a=b',
  'token=a+b',
  'token=a%2Bb',
  'to%6ben=a',
  '__proto__=a',
  'token=\u00fc',
  'token=a\n',
  'token=a&token_type_hint=b',
  '&token=a&',
])('the form %j means what the standard says', (form) => {
  expect(Object.entries(parseForm(form))).toEqual(Object.entries(standard(form)));
});

it('a form means what the standard says, whatever it is made of', () => {
  const part = fc.constantFrom('token', '_', 'a', 'Z', '0', '.', '-', '~', '=', '&', '%', '+', '?', '\n');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const form = parts.join('');
      fc.pre(new URLSearchParams(form).size === Object.keys(standard(form)).length);
      expect(Object.entries(parseForm(form))).toEqual(Object.entries(standard(form)));
    }),
    { numRuns: 2000 },
  );
});

describe('a request with a form', () => {
  const begin = (token: string, ...headers: string[]) =>
    ['POST /v1/introspect HTTP/1.1', 'Host: a', `Authorization: Bearer ${token}`, ...headers, '', ''].join(
      '\r\n',
    );
  const TYPE = 'Content-Type: application/x-www-form-urlencoded';
  const lengthOf = (form: string) => `Content-Length: ${Buffer.byteLength(form)}`;

  /** What the listener answers to packets, and to one more request on the same connection. */
  async function answers(packets: (caller: string, form: string) => readonly string[]): Promise<string[]> {
    const service = await startService();
    const { token } = await register(service);
    const caller = letIn(service, 'introspect');
    const form = `token=${token}`;
    const socket = await open(service.internal);
    const answered = text(socket);
    const [first = '', ...others] = packets(caller, form);
    const begun = once(service.internal.server, 'request');
    socket.write(first);
    if (others.length > 0) await begun;
    for (const packet of others) socket.write(packet);
    socket.write(`${begin(caller, TYPE, lengthOf(form), 'Connection: close')}${form}`);
    return (await answered).match(/HTTP.1.1 \d+|"active":\w+/g) ?? [];
  }

  const ACTIVE = ['HTTP/1.1 200', '"active":true'];

  it.each<[string, (caller: string, form: string) => string[]]>([
    ['in one packet', (caller, form) => [begin(caller, TYPE, lengthOf(form)) + form]],
    ['after the header', (caller, form) => [begin(caller, TYPE, lengthOf(form)), form]],
    ['in pieces', (caller, form) => [begin(caller, TYPE, lengthOf(form)) + form.slice(0, 9), form.slice(9)]],
    [
      'in one chunk',
      (caller, form) => [
        begin(caller, TYPE, 'Transfer-Encoding: chunked') +
          [form.length.toString(16), form, '0', '', ''].join('\r\n'),
      ],
    ],
    ['with a charset', (caller, form) => [begin(caller, `${TYPE}; charset=utf-8`, lengthOf(form)) + form]],
  ])('is answered where it arrives %s, and leaves the connection open', async (_, packets) => {
    expect(await answers(packets)).toEqual([...ACTIVE, ...ACTIVE]);
  });

  it('is answered where it does not wait for 100 Continue', async () => {
    const expecting = (caller: string, form: string) => [
      begin(caller, TYPE, lengthOf(form), 'Expect: 100-continue') + form,
    ];
    expect(await answers(expecting)).toEqual(['HTTP/1.1 100', ...ACTIVE, ...ACTIVE]);
  });

  it('leaves the connection open when nobody reads the form', async () => {
    const refused = (_: string, form: string) => [begin('svc_unknown', TYPE, lengthOf(form)) + form];
    expect(await answers(refused)).toEqual(['HTTP/1.1 401', ...ACTIVE]);
  });

  it('answers several of them in one packet', async () => {
    const twice = (caller: string, form: string) => [
      `${begin(caller, TYPE, lengthOf(form))}${form}`.repeat(2),
    ];
    expect(await answers(twice)).toEqual([...ACTIVE, ...ACTIVE, ...ACTIVE]);
  });

  it('has the form without a stream, where this Node can do that', async () => {
    const server = http.createServer({ IncomingMessage: Request }, (req, res) => {
      queueMicrotask(() => res.end(`${String(req.form)} ${req.closed}`));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const bytes = `${begin('', TYPE, 'Content-Length: 3', 'Connection: close')}a=b`;
    expect(await sendRaw({ port }, bytes)).toMatch(/a=b true$/);
  });
});
