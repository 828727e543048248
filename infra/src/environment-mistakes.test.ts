import { expect, it } from 'vitest';
import { make } from './commands/make.ts';
import { ENVIRONMENT_MISTAKES } from './testing/environment-mistakes.ts';

/** The message of the commands, or `undefined` when they would write. */
function refusal(environment: unknown): string | undefined {
  const { name } = environment as { name: string };
  const called = name === 'elsewhere' ? 'elsewhere' : 'standard';
  try {
    make(
      { names: [called], input: () => environment, source: () => 'x.ts', folder: () => '/nowhere' },
      called,
    );
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

it.each(ENVIRONMENT_MISTAKES)('%s reaches no manifest', (_, environment, expected) => {
  const message = refusal(environment);
  expect(message).toContain(expected);
  expect(message).not.toMatch(/Invalid (?:input|key|option)/);
  // The first line is a heading. Each other line is a problem.
  expect(message?.split('\n').slice(1)).toSatisfy((lines: string[]) =>
    lines.every((line) => line.startsWith('- ')),
  );
});
