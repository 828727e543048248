/** The answer to a client, without the headers of every answer (see `send`). */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The serialised content; absent when the status has no content. */
  readonly body?: string;
  /** Content that is made while it is sent, instead of `body`. */
  readonly stream?: AsyncIterable<string>;
}

// RFC 8259 defines no charset parameter: JSON is UTF-8.
export const JSON_TYPE = 'application/json';

export const json = (
  status: number,
  value: object,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: { 'Content-Type': JSON_TYPE, ...headers },
  body: JSON.stringify(value),
});

/** JSON values that are one line each. */
export const NDJSON_TYPE = 'application/x-ndjson';

export const ndjson = (batches: AsyncIterable<readonly object[]>): Answer => ({
  status: 200,
  headers: { 'Content-Type': NDJSON_TYPE },
  stream: linesOf(batches),
});

async function* linesOf(batches: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  for await (const batch of batches) yield batch.map((value) => `${JSON.stringify(value)}\n`).join('');
}

export const noContent: Answer = { status: 204, headers: {} };
