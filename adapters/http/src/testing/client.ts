import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { expectDescribed } from './described.ts';
import type { Listener } from './service.ts';

interface Request {
  readonly token?: string | undefined;
  readonly headers?: OutgoingHttpHeaders;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string | Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** What the text says, where it is JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Sends a request as given, without a client's niceties, and checks that the answer is one that the API
 * describes.
 */
export async function call(
  { port, routes }: Pick<Listener, 'port' | 'routes'>,
  method: string,
  path: string,
  request: Request = {},
): Promise<Reply> {
  const { token, json, form, body = bodyOf(json, form) } = request;
  const outgoing = http.request({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent: false,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
      ...request.headers,
    },
  });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const reply = await read(response);
  expectDescribed(routes, method, path, reply);
  return reply;
}

function bodyOf(json: unknown, form: Request['form']): string | undefined {
  if (form !== undefined) return new URLSearchParams(form).toString();
  return json === undefined ? undefined : JSON.stringify(json);
}

async function read(response: IncomingMessage): Promise<Reply> {
  const { statusCode: status = 0, headers } = response;
  const content = await text(response);
  const isJson = content !== '' && /[/+]json$/.test(headers['content-type'] ?? '');
  return { status, headers, text: content, body: isJson ? (JSON.parse(content) as Reply['body']) : {} };
}
