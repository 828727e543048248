import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { HostProgram, Place } from '../program/program.ts';
import type { Server } from '../program/server.ts';
import { freePort } from './free-port.ts';
import { identityFor } from './identity.ts';
import { Lifeline } from './lifeline.ts';
import { signalTree } from './process-tree.ts';
import { untilReady } from './until-ready.ts';

/** A server as a process of this machine, with its own loopback port and folder. */
export class ProcessServer implements Server {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #program: HostProgram;
  readonly #binaries: string;
  readonly #identity;
  readonly #folder: string;
  readonly #lifeline: Lifeline;
  #process: ChildProcess | undefined;

  /** @param binaries the folder of the program's binary */
  static async start(program: HostProgram, binaries: string): Promise<ProcessServer> {
    const server = new ProcessServer(program, binaries, await freePort());
    await server.restart();
    return server;
  }

  private constructor(program: HostProgram, binaries: string, port: number) {
    this.#program = program;
    this.#binaries = binaries;
    this.port = port;
    this.#identity = identityFor(program.user);
    this.#folder = mkdtempSync(join(tmpdir(), `${program.binary}-`));
    // The script reads the pid when it runs, because a restart changes it.
    this.#lifeline = new Lifeline(
      'pid=$(cat "$1/pid") && kill -9 $(cat "/proc/$pid/task/$pid/children") "$pid"; rm -rf "$1"',
      this.#folder,
    );
    this.#own(this.#folder);
    for (const [name, content] of Object.entries(program.files(this.#place))) this.#write(name, content);
  }

  get #place(): Place {
    return { bind: this.host, port: this.port, folder: this.#folder, files: this.#folder };
  }

  pause(): Promise<void> {
    this.#signal('SIGSTOP');
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.#signal('SIGCONT');
    return Promise.resolve();
  }

  async kill(): Promise<void> {
    if (!this.#process) return;
    const closed = once(this.#process, 'close');
    this.#signal('SIGKILL');
    await closed;
  }

  async restart(): Promise<void> {
    await this.kill();
    try {
      await untilReady(this.#launch(), this.#program);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#lifeline.release();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #launch(): ChildProcess {
    const [command = '', ...parameters] = this.#program.command(this.#place);
    const child = spawn(command, parameters, {
      // Its own process group, because a Ctrl-C is for the test run. The run then stops its servers in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: this.#folder,
      env: { ...process.env, PATH: `${this.#binaries}${delimiter}${process.env['PATH'] ?? ''}` },
      ...this.#identity,
    });
    this.#process = child;
    child.once('close', () => {
      this.#process = undefined;
      rmSync(join(this.#folder, 'pid'), { force: true });
    });
    if (child.pid !== undefined) this.#write('pid', String(child.pid));
    return child;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#process?.pid !== undefined) signalTree(this.#process.pid, signal);
  }

  #write(name: string, content: string): void {
    writeFileSync(join(this.#folder, name), content, { mode: 0o600 });
    this.#own(join(this.#folder, name));
  }

  #own(path: string): void {
    if (this.#identity) chownSync(path, this.#identity.uid, this.#identity.gid);
  }
}
