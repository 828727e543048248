import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { User } from '@user-management/domain';
import { afterwards } from './clean-up.ts';

const FIXTURE = `${import.meta.dirname}/store-process.fixture.ts`;

/** A process that works on the same database: see store-process.fixture.ts. */
export class StoreProcess {
  /** The lines of its stdout so far. */
  readonly said: string[] = [];
  /** Its exit code, or `null` after a signal. All its lines have been read by then. */
  readonly ended: Promise<number | null>;
  /** Sends SIGKILL. */
  readonly kill: () => void;
  readonly #input: Writable;
  readonly #lines: Interface;

  constructor(address: string, user: User, task: 'write' | 'count' | 'take') {
    const child = spawn(process.execPath, [FIXTURE, address, JSON.stringify(user), task], {
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
