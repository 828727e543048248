/** The answer to a client, without the headers of every answer (see `send`). */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The serialised content; absent when the status has no content. */
  readonly body?: string;
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

export const noContent: Answer = { status: 204, headers: {} };
