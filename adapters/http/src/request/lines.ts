import type { IncomingMessage } from 'node:http';
import { NDJSON_TYPE } from '../answer/answer.ts';
import { HttpError } from '../answer/problems.ts';
import { BODY_LIMIT, checkMediaType, parseJson } from './body.ts';

/** A line of a body, by its number. `problem`: it is not JSON, or too long. */
export type Line =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly problem: HttpError };

/** A client has gone when the service waits for it and gets nothing for this time. */
const IDLE_MS = 30_000;

const NEWLINE = 0x0a;
/** Space, tab and carriage return. */
const BLANKS: readonly number[] = [0x20, 0x09, 0x0d];

/** What a store is to write at a time, and other requests wait for. */
const MOST_LINES = 100;

/**
 * The lines of a body, as they arrive: those of one chunk together, but at most `MOST_LINES`. It reads no
 * further than its caller asks, and keeps one chunk and one line in memory. Blank lines are left out.
 * @throws {HttpError} at once, when the body is of another media type.
 */
export function readLines(req: IncomingMessage): AsyncGenerator<readonly Line[]> {
  checkMediaType(req, [NDJSON_TYPE]);
  return lines(req);
}

async function* lines(req: IncomingMessage): AsyncGenerator<readonly Line[]> {
  const line = new LongLine();
  let batch: Line[] = [];
  let number = 1;
  const end = () => batch.push(...line.take(number++));
  req.setTimeout(IDLE_MS, () => req.destroy(new Error('The client sent no line in time.')));
  for await (const chunk of req as AsyncIterable<Buffer>) {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, at));
      end();
      start = at + 1;
      if (batch.length < MOST_LINES) continue;
      yield batch;
      batch = [];
    }
    line.add(chunk.subarray(start));
    if (batch.length === 0) continue;
    yield batch;
    batch = [];
  }
  end();
  yield batch;
}

/** Collects the bytes of a line, and none beyond the limit. */
class LongLine {
  #parts: Buffer[] = [];
  #length = 0;

  add(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length <= BODY_LIMIT) this.#parts.push(bytes);
    else this.#parts = [];
  }

  *take(number: number): Generator<Line> {
    const [bytes, length] = [Buffer.concat(this.#parts), this.#length];
    this.#parts = [];
    this.#length = 0;
    if (length > BODY_LIMIT) {
      const message = `A line may have at most ${BODY_LIMIT} bytes.`;
      yield { number, problem: new HttpError('payload-too-large', message) };
    } else if (!isBlank(bytes)) yield toLine(number, bytes);
  }
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => BLANKS.includes(byte));

function toLine(number: number, bytes: Buffer): Line {
  try {
    return { number, value: parseJson(bytes) };
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return { number, problem: error };
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- as readLines, for a body without lines
async function* noLines(): AsyncGenerator<readonly Line[]> {
  yield* [];
}

/** One for all requests without lines. It has ended already, so it can be shared. */
export const NO_LINES: AsyncIterable<readonly Line[]> = noLines();
