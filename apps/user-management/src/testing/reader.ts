import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The text of a page, such as `docs/operate.md`. */
export const pageOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The blocks of a page that are in this language. */
export const blocksIn = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block);

/** A reader of the pages at a shell, whose variables stay from one block to the next. */
export class Reader {
  readonly #folder: string;
  readonly #shell;
  readonly #ends;

  /** @param folder where the commands run @param prelude functions for the shell */
  constructor(folder: string, prelude: string) {
    this.#folder = folder;
    this.#shell = spawn('bash', ['--norc'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#ends = createInterface({ input: this.#shell.stdout })[Symbol.asyncIterator]();
    this.#shell.stdin.write(`${prelude}\n`);
  }

  /**
   * @param input what the reader types
   * @returns what the commands print, with standard error. @throws {Error} when one fails.
   */
  async run(commands: string, input = ''): Promise<string> {
    const at = (name: string) => join(this.#folder, name);
    writeFileSync(at('.commands'), `set -e -o pipefail\n${commands}`);
    writeFileSync(at('.input'), input);
    this.#shell.stdin.write('. ./.commands <.input >.output 2>&1; echo\n');
    // A command that fails ends the shell.
    const { done } = await this.#ends.next();
    const output = readFileSync(at('.output'), 'utf8');
    if (done) throw new Error(`A command failed:\n${commands}\n${output}`);
    return output;
  }

  async leave(): Promise<void> {
    const closed = once(this.#shell, 'close');
    this.#shell.stdin.end();
    await closed;
  }
}

const { scripts } = JSON.parse(pageOf('package.json')) as { readonly scripts: Record<string, string> };

/**
 * `npm run NAME` for the shell, without the second that npm itself takes: the program, and before it the
 * lines that npm prints. `npm start` notes the files of its variables in `started`. `users` asks
 * `$INTERNAL_URL`.
 */
export const NPM = `
npm() {
  if [ "$1" = start ]; then env | grep -E '^(SERVICE_TOKENS|WEBHOOKS)_FILE=' >>started; return; fi
  shift
  if [ "$1" = --silent ]; then shift; else printf '\\n> %s\\n\\n' "$1"; fi
  local name=$1
  shift 2
  case $name in
    ${Object.entries(scripts).flatMap(caseOf).join('\n    ')}
  esac
}`;

function caseOf([name, command]: [string, string]): string[] {
  const [, main] = / (tools\/\S+\/main\.ts)$/.exec(command) ?? [];
  if (main === undefined) return [];
  const url = name === 'users' ? ' --url "$INTERNAL_URL"' : '';
  return [`${name}) '${process.execPath}' '${join(ROOT, main)}' "$@"${url} ;;`];
}
