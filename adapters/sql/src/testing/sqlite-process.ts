import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { User } from '@user-management/domain';
import { afterwards } from './clean-up.ts';

const FIXTURE = `${import.meta.dirname}/sqlite-process.fixture.ts`;

/** Another process that works on the same file; the fixture says how. */
export class SqliteProcess {
  /** The lines that it has written so far. */
  readonly said: string[] = [];
  /** Its exit code, or nothing when it was killed; by then all that it said has been read. */
  readonly ended: Promise<number | null>;
  /** Ends it with SIGKILL. */
  readonly kill: () => void;
  readonly #input: Writable;
  readonly #lines: Interface;

  constructor(path: string, user: User, task: 'write' | 'count') {
    const child = spawn(process.execPath, [FIXTURE, path, JSON.stringify(user), task], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.kill = () => void child.kill('SIGKILL');
    afterwards(this.kill);
    this.ended = once(child, 'close').then(() => child.exitCode);
    this.#input = child.stdin;
    this.#lines = createInterface({ input: child.stdout });
    this.#lines.on('line', (line) => this.said.push(line));
  }

  async untilSaid(lines: number): Promise<void> {
    while (this.said.length < lines) await once(this.#lines, 'line');
  }

  tell(line: string): void {
    this.#input.write(`${line}\n`);
  }
}
