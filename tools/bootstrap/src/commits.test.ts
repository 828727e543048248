import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import conventional from '@commitlint/config-conventional';
import lint from '@commitlint/lint';
import { expect, it } from 'vitest';
import { ROOT } from './root.mjs';

// Bodies contain URLs and tables, and those cannot be wrapped.
const { 'body-max-line-length': _, 'header-max-length': header, ...rules } = conventional.rules;
/** A header has the same limit as a line of code. */
const RULES: Parameters<typeof lint>[1] = { ...rules, 'header-max-length': [header[0], header[1], 110] };

/** The default pattern of the parser does not accept the `!` of a breaking change. */
const PARSER = { parserOpts: { headerPattern: /^(\w*)(?:\((.*)\))?!?: (.*)$/ } };

/** A source archive has no history. */
const messages = existsSync(`${ROOT}.git`)
  ? execFileSync('git', ['log', '--no-merges', '-z', '--format=%B'], { cwd: ROOT, encoding: 'utf8' }).split(
      '\0',
    )
  : [];

async function faults(message: string): Promise<string[]> {
  const { errors } = await lint(message, RULES, PARSER);
  return errors.map((error) => `${message.split('\n', 1)[0] ?? ''}: ${error.message}`);
}

it('finds only conventional commits in the history of this clone', async () => {
  expect((await Promise.all(messages.map(faults))).flat()).toEqual([]);
});

it.each([
  ['no type', 'say hello'],
  ['an unknown type', 'feature(http): say hello'],
  ['a sentence', 'fix(http): Say hello.'],
  ['no blank line', 'fix(http): say hello\nbecause'],
])('refuses a message with %s', async (_, message) => {
  const { valid, warnings } = await lint(message, RULES, PARSER);
  expect(valid && warnings.length === 0).toBe(false);
});
