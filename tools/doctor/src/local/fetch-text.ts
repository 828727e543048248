import type { IncomingMessage } from 'node:http';

// An `import` of the module, and `fetch` as well, loads Node's whole HTTP client, which takes 10 MB.
const { get } = process.getBuiltinModule('node:http');

/** In bytes. The metrics of the service take a fraction of it. */
const LONGEST = 2 ** 20;

/** The body of a successful answer to GET. `undefined` for every other outcome, also for a longer body. */
export function fetchText(url: string, signal: AbortSignal): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const request = get(url, { signal }, (answer) => {
    bodyOf(answer).then(resolve, () => resolve(undefined));
  });
  request.on('error', () => resolve(undefined));
  return promise;
}

async function bodyOf(answer: IncomingMessage): Promise<string | undefined> {
  if (answer.statusCode !== 200) return undefined;
  let body = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    body += chunk;
    if (body.length > LONGEST) return undefined;
  }
  return body;
}
