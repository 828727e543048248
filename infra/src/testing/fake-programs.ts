import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../commands/', import.meta.url));

/**
 * Programs that stand in for those that need a cluster, first on the `PATH` of a command that is run for
 * real.
 */
export class FakePrograms {
  readonly folder = mkdtempSync(join(tmpdir(), 'fake-programs-'));

  /**
   * @param body of a shell script; `$0`'s folder is `$here`, and what it was called with is appended to
   * `calls`.
   */
  add(name: string, body: string): this {
    const script = `#!/bin/sh\nhere=$(dirname "$0")\necho "${name} $*" >> "$here/calls"\n${body}\n`;
    writeFileSync(join(this.folder, name), script, { mode: 0o755 });
    return this;
  }

  /** Runs one of the commands, such as `secret.ts`. */
  run(command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    const PATH = [this.folder, dirname(process.execPath), '/usr/bin', '/bin'].join(':');
    const options = { encoding: 'utf8', env: { PATH, ...env } } as const;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(SOURCES, command), ...args],
      options,
    );
    return { status, stdout, stderr };
  }

  /** One line each. */
  get calls(): readonly string[] {
    return (this.read('calls') ?? '').split('\n').slice(0, -1);
  }

  read(file: string): string | undefined {
    const path = join(this.folder, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
