import { describe, expect, it } from 'vitest';
import { explain } from './explain.ts';

const failing = (message: string, cause?: unknown): Error => new Error(message, { cause });

describe('explain', () => {
  it.each([
    ['one message', failing('connect ECONNREFUSED'), 'connect ECONNREFUSED'],
    [
      'the cause after a colon',
      failing('no answer', failing('closed', failing('reset'))),
      'no answer: closed: reset',
    ],
    ['the cause after a sentence', failing('It is gone.', failing('closed')), 'It is gone. closed'],
    ['what no Error is', failing('no answer', 'closed'), 'no answer: closed'],
    ['a cause once', failing('SQLite at x: disk full', failing('disk full')), 'SQLite at x: disk full'],
    ['a message that is empty', failing('', failing('closed')), 'closed'],
    [
      'every address',
      new AggregateError([failing('one'), failing('two', failing('why'))], ''),
      'one; two: why',
    ],
  ])('says %s', (_, error, text) => {
    expect(explain(error)).toBe(text);
  });
});
