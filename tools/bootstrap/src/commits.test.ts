import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import conventional from '@commitlint/config-conventional';
import lint from '@commitlint/lint';
import { expect, it } from 'vitest';
import { ROOT } from './root.mjs';

// Bodies hold URLs and tables, which do not wrap.
const { 'body-max-line-length': _, 'header-max-length': header, ...rules } = conventional.rules;
/** A header has the columns of the code. */
const RULES: Parameters<typeof lint>[1] = { ...rules, 'header-max-length': [header[0], header[1], 110] };

/** The parser's own pattern takes no `!` for a breaking change. */
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

it('reads every commit message that this clone has as a conventional commit', async () => {
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
