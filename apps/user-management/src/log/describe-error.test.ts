import { inspect } from 'node:util';
import { Metrics } from '@user-management/prometheus';
import { createRedis } from '@user-management/redis';
import { redisUrl } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.ts';
import { createLogger } from './logger.ts';

describe('describeError', () => {
  it('keeps names and the frames of the stack', () => {
    const error = Object.assign(new TypeError('the message'), {
      code: '23514',
      table: 'users',
      constraint: 'no_phone',
    });
    expect(describeError(error)).toEqual({
      type: 'TypeError',
      message: 'the message',
      code: '23514',
      table: 'users',
      constraint: 'no_phone',
      stack: expect.stringMatching(/^TypeError: the message\n +at .*describe-error\.test\.ts/) as string,
    });
  });

  it.each([
    ['invalid input syntax for type integer: "secret"', 'invalid input syntax for type integer: "…"'],
    [
      `ERR unknown command 'SET', with args beginning with: 'key' '{"name":"O'secret"}' `,
      "ERR unknown command '…' ",
    ],
    ['ERR unknown command `SET`, with args beginning with: `secret`, ', 'ERR unknown command `…`, '],
    [`Unexpected token 's', "secret" is not valid JSON`, 'Unexpected token \'…" is not valid JSON'],
    ["The argument 'secret", "The argument '…"],
    ['“secret” is taken', '“…” is taken'],
    ["The client's clock is ahead", "The client's clock is ahead"],
  ])('shows no value that a message quotes: %s', (message, shown) => {
    const description = describeError(new Error(message));
    expect(description.message).toBe(shown);
    expect(description.stack).not.toContain('secret');
  });

  it('shows no other member that a driver adds, at any depth', () => {
    const drag = {
      detail: 'secret',
      where: 'secret',
      node: { value: 'secret' },
      code: { toJSON: () => 'secret' },
    };
    const failing = Object.assign(new Error('failing'), drag);
    const [first, second] = [new Error('one', { cause: failing }), Object.assign(new Error('two'), drag)];
    const all = new AggregateError([first, second, 'secret'], 'all', { cause: { secret: 'secret' } });
    const description = describeError(new Error('outer', { cause: all }));
    expect(description).toMatchObject({
      cause: { type: 'AggregateError', errors: [{ cause: { message: 'failing' } }, { message: 'two' }] },
    });
    expect(inspect(description, { depth: 20 })).not.toContain('secret');
  });

  it('does not show a line of the message as a frame of the stack', () => {
    const { stack } = describeError(new Error('"x\n    at secret"'));
    expect(stack).not.toContain('secret');
    expect(stack).toContain('describe-error.test.ts');
  });

  it('limits errors that cause each other, and very long messages', () => {
    const [one, two] = [new Error('one'), new Error('x'.repeat(1_000_000))];
    [one.cause, two.cause] = [two, one];
    expect(JSON.stringify(describeError(one)).length).toBeLessThan(30_000);
  });
});

it('shows no value that Redis echoes when it refuses a command', async () => {
  const { hostname, port } = new URL(redisUrl());
  const redis = createRedis({
    mode: 'standalone',
    nodes: [{ host: hostname, port: Number(port) }],
    database: 0,
    connectTimeoutMs: 5_000,
    commandTimeoutMs: 5_000,
    consequence: 'the test fails',
    observer: new Metrics(),
    logger: await createLogger({ level: 'silent', format: 'json' }),
  });
  await redis.connect();
  const refused = redis.run('key', (session) => session.send(['NOSUCH', 'secret', `{"it's":"secret"}`]));
  const error: unknown = await refused.catch((reason: unknown) => reason);
  await redis.close();
  expect(inspect(error)).toContain('secret');
  expect(inspect(describeError(error as Error), { depth: 20 })).not.toContain('secret');
});
