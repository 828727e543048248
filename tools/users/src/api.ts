import { Readable } from 'node:stream';

/** The service refused, or cannot be reached. It is shown without a stack. */
export class Failed extends Error {}

interface Request {
  readonly json?: object;
  /** Sent while it is read. */
  readonly lines?: Readable;
}

/** The admin API of a service. The token is in no message. */
export class Api {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url.replace(/\/$/, '');
    this.#token = token;
  }

  /** @returns the JSON of the answer. @throws {Failed} */
  async ask(method: string, path: string, json?: object): Promise<Readonly<Record<string, unknown>>> {
    const response = await this.#send(method, path, json ? { json } : {});
    const body = await response.text();
    return body === '' ? {} : (JSON.parse(body) as Readonly<Record<string, unknown>>);
  }

  /** @returns the lines of the answer, as they arrive. @throws {Failed} */
  async stream(method: string, path: string, lines?: Readable): Promise<AsyncIterable<string>> {
    const { body } = await this.#send(method, path, lines ? { lines } : {});
    const input = body ? Readable.fromWeb(body) : Readable.from([]);
    return linesOf(input);
  }

  async #send(method: string, path: string, { json, lines }: Request): Promise<Response> {
    const type = lines ? 'application/x-ndjson' : 'application/json';
    const body = json ? JSON.stringify(json) : lines && Readable.toWeb(lines);
    const response = await fetch(`${this.#url}/v1/admin/users${path}`, {
      method,
      redirect: 'error',
      headers: { authorization: `Bearer ${this.#token}`, ...(body && { 'content-type': type }) },
      ...(body && { body: body as ReadableStream | string, duplex: 'half' }),
    }).catch((error: unknown) => {
      throw new Failed(`${this.#url} cannot be reached: ${reasonOf(error)}`, { cause: error });
    });
    if (!response.ok) throw new Failed(await problemOf(response));
    return response;
  }
}

async function* linesOf(input: Readable): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const text of input.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines.filter(Boolean);
    }
  } catch (error) {
    throw new Failed(`The connection broke: ${reasonOf(error)}`, { cause: error });
  }
  if (rest !== '') yield rest;
}

async function problemOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { title, detail, errors } = JSON.parse(text) as Partial<Problem>;
    const faults = errors?.map((fault) => `${fault.pointer || 'The request'} ${fault.detail}`) ?? [];
    return `${response.status} ${String(title)}: ${faults.join(', ') || String(detail)}`;
  } catch {
    return `${response.status}: the answer is not from the internal port of the service.`;
  }
}

interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
}
