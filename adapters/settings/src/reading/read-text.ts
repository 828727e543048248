import { closeSync, openSync, readSync } from 'node:fs';
import type { Variable } from '../declaration/variable.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A problem with a setting. Its message is for the person who wrote the setting. */
export class Problem extends Error {}

/**
 * The text of a variable: its own value, or the content of the file that `<name>_FILE` names; `undefined`
 * when both are unset.
 * @throws {Problem}
 */
export function readText(env: Environment, name: string, variable: Variable<unknown>): string | undefined {
  // Compose files and manifests often pass an empty string for an unset variable.
  const text = env[name] || undefined;
  const file = variable.secret && (env[`${name}_FILE`] || undefined);
  if (file === undefined) return text;
  if (text !== undefined) throw new Problem(`${name} and ${name}_FILE are both set. Unset one of them.`);
  return readSecretFile(`${name}_FILE`, file);
}

function readSecretFile(name: string, path: string): string {
  // Editors and `echo` end a file with a newline that is not part of the secret.
  const text = readFile(name, path).replace(/\r?\n$/, '');
  if (text === '')
    throw new Problem(`${name} is "${path}", which is empty. It must be a file with the value.`);
  return text;
}

/** A bundle of all public authorities takes a quarter of it. */
const LONGEST_FILE = 2 ** 20;

/** @throws {Problem} */
export function readFile(name: string, path: string): string {
  let content: Buffer;
  try {
    content = readBounded(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Problem(`${name} is "${path}", which cannot be read (${code}). It must be a readable file.`);
  }
  if (content.length <= LONGEST_FILE) return content.toString('utf8');
  throw new Problem(`${name} is "${path}", which is too long. It must be a file of at most 1 MiB.`);
}

/** At most one byte more than allowed: a device has no end. */
function readBounded(path: string): Buffer {
  const buffer = Buffer.alloc(LONGEST_FILE + 1);
  const file = openSync(path, 'r');
  try {
    let length = 0;
    let read: number;
    do {
      read = readSync(file, buffer, length, buffer.length - length, null);
      length += read;
    } while (read > 0 && length < buffer.length);
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
