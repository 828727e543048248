import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '@user-management/servers';

/**
 * The Redis of the manifests as a process of this machine. A folder with its scripts replaces the root of the
 * pod.
 */
export class RedisPod {
  readonly root = mkdtempSync(join(tmpdir(), 'redis-pod-'));
  readonly #port: number;
  #process: ChildProcess | undefined;

  /** @param files the files of the ConfigMap */
  static async create(files: Readonly<Record<string, string>>, password: string): Promise<RedisPod> {
    return new RedisPod(files, password, await freePort());
  }

  private constructor(files: Readonly<Record<string, string>>, password: string, port: number) {
    this.#port = port;
    for (const folder of ['data', 'tmp']) mkdirSync(join(this.root, folder));
    this.write('etc/redis-secret/password', password);
    for (const [name, text] of Object.entries(files)) this.write(`etc/redis/${name}`, this.#moved(text));
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /**
   * Starts it like the container. Resolves when it accepts connections, or with the exit code when it ends.
   */
  async start(): Promise<number | undefined> {
    const child = spawn('sh', [this.#in('/etc/redis/start.sh')], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#process = child;
    for await (const line of createInterface(child.stdout)) {
      if (line.includes('Ready to accept connections')) return undefined;
    }
    return child.exitCode ?? ((await once(child, 'exit')) as [number])[0];
  }

  /** Runs a script of the ConfigMap. */
  run(script: string, ...args: readonly string[]) {
    return this.runWith({}, script, ...args);
  }

  /** The same with more variables. */
  runWith(env: NodeJS.ProcessEnv, script: string, ...args: readonly string[]) {
    const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
    return spawnSync('sh', [this.#in(`/etc/redis/${script}`), ...args], options);
  }

  /** Starts a script of the ConfigMap that keeps running. */
  watch(script: string, ...args: readonly string[]): ChildProcess {
    return spawn('sh', [this.#in(`/etc/redis/${script}`), ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  }

  /** Runs the liveness probe. */
  probe(...command: readonly string[]): string {
    return spawnSync('redis-cli', ['-p', String(this.#port), ...command], { encoding: 'utf8' }).stdout.trim();
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  async stop(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.root, { recursive: true });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  #in(path: string): string {
    return join(this.root, path);
  }

  #moved(text: string): string {
    return text
      .replaceAll(/\/(?:etc\/redis|data|tmp)\b/g, (path) => this.#in(path))
      .replaceAll('port 6379', `port ${this.#port}`)
      .replaceAll('exec redis-cli', `exec redis-cli -p ${this.#port}`);
  }
}
