import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { type Command, runCommand } from '../commands/run-command.ts';

const SOURCES = fileURLToPath(new URL('../commands/', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Fakes of programs that need a cluster. They are first on the `PATH` of a command. */
export class FakePrograms {
  readonly folder = mkdtempSync(join(tmpdir(), 'fake-programs-'));

  /**
   * @param body a shell script with its folder in `$here`. Every call is appended to `calls`.
   */
  add(name: string, body: string): this {
    const script = `#!/bin/sh\nhere=$(dirname "$0")\necho "${name} $*" >> "$here/calls"\n${body}\n`;
    writeFileSync(join(this.folder, name), script, { mode: 0o755 });
    return this;
  }

  /** Runs a command in this process. The command starts these programs instead of the real ones. */
  async run(command: Command, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    for (const [name, value] of Object.entries({ KUBECONFIG: undefined, ...this.#env(env) })) {
      vi.stubEnv(name, value);
    }
    try {
      const status = await runCommand(command, args);
      return { status, stdout: written(stdout.mock.calls), stderr: written(stderr.mock.calls) };
    } finally {
      vi.unstubAllEnvs();
      stdout.mockRestore();
      stderr.mockRestore();
    }
  }

  /** Runs a command like npm, in a separate process, such as `secret.ts`. */
  start(command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Outcome {
    const options = { encoding: 'utf8', env: this.#env(env) } as const;
    return spawnSync(process.execPath, [join(SOURCES, command), ...args], options);
  }

  /** One line for each call. */
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

  #env(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return { PATH: [this.folder, dirname(process.execPath), '/usr/bin', '/bin'].join(':'), ...env };
  }
}

const written = (calls: readonly (readonly unknown[])[]): string => calls.map(([text]) => text).join('');
