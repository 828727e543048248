import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from './running/free-port.ts';
import { Lifeline } from './running/lifeline.ts';

/** The service as users run it: a process of its own, spoken to over HTTP. */
export interface Service {
  readonly url: string;
  readonly pid: number;
  /** Everything that it has written so far, to standard output and standard error. */
  output(): string;
  /** Closes the pipes that it writes to. */
  stopReading(): void;
  signal(signal: NodeJS.Signals): void;
  /** Fulfilled when the process has ended: its exit code, or null when a signal ended it. */
  readonly exit: Promise<number | null>;
  /** Kills it if it is still running. */
  stop(): Promise<void>;
}

/** As `npm start` and the image have it: docs/decisions/0001-no-build-step.md. */
const V8 = ['--max-semi-space-size=4'];

const MAIN = fileURLToPath(new URL('../../../apps/user-management/src/main.ts', import.meta.url));

/** Starts the service and waits until it listens. @param env its settings, besides HOST and PORT. */
export async function startService(env: Record<string, string>): Promise<Service> {
  const service = await spawnService(env);
  try {
    await untilListening(service);
    return service;
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/** Starts the service without waiting for anything, for starts that fail. */
export async function spawnService(env: Record<string, string>): Promise<Service> {
  const port = String(await freePort());
  const child = spawn(process.execPath, [...V8, MAIN], {
    env: { ...inherited(), HOST: '127.0.0.1', PORT: port, LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const host = env['HOST'] ?? '127.0.0.1';
  return asService(child, `http://${host.includes(':') ? `[${host}]` : host}:${port}`);
}

/**
 * What a process of Node's needs to be found and to start as quickly as with `npm start`; no setting of ours.
 */
function inherited(): Record<string, string | undefined> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE };
}

function asService(child: ChildProcess, url: string): Service {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const lifeline = new Lifeline('kill -9 "$1"', String(child.pid));
  const exit = once(child, 'close').then(([code]) => {
    lifeline.release();
    return code as number | null;
  });
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    stopReading: () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    signal: (signal) => void child.kill(signal),
    exit,
    async stop() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

async function untilListening(service: Service): Promise<void> {
  const state = { ended: false };
  void service.exit.then(() => (state.ended = true));
  while (!(await answers(`${service.url}/livez`))) {
    if (state.ended) throw new Error(`The service has ended instead of listening:\n${service.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
