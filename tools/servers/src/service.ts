import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { accepts } from './running/accepts.ts';
import { freePort } from './running/free-port.ts';
import { Lifeline } from './running/lifeline.ts';

/** The service as users run it: its own process with an HTTP API. */
export interface Service {
  readonly url: string;
  /** The URL of the listener for other services and operators. */
  readonly internalUrl: string;
  readonly pid: number;
  /** All output so far, from standard output and standard error. */
  output(): string;
  /** Closes the reading ends of its output. */
  stopReading(): void;
  signal(signal: NodeJS.Signals): void;
  /** Resolves at the end of the process with its exit code, or with null when a signal ended it. */
  readonly exit: Promise<number | null>;
  /** Kills the process if it still runs. */
  stop(): Promise<void>;
}

const SOURCES = fileURLToPath(new URL('../../../apps/user-management/src/main.ts', import.meta.url));

/** In a test run, a bundle of the sources that was made for it. */
const main = (): string => process.env['TEST_SERVICE'] ?? SOURCES;

/** The same as in `npm start` and in the image: docs/decisions/0028-bundle.md. */
export const V8_FLAGS = [
  '--max-semi-space-size=8',
  '--no-allocation-site-pretenuring',
  '--heap-growing-percent=50',
];

/** The same as in `npm start` and in the image: docs/decisions/0031-large-pages.md. */
export const MEMORY = {
  GLIBC_TUNABLES: [
    'glibc.malloc.hugetlb=1',
    'glibc.malloc.arena_max=1',
    'glibc.malloc.mmap_threshold=33554432',
    'glibc.malloc.trim_threshold=134217728',
  ].join(':'),
};

/** One address sends all requests of a test, so its limit is high. */
const DEFAULTS = { HOST: '127.0.0.1', LOG_FORMAT: 'json', RATE_LIMIT_ADDRESS: '1000000/60' };

/**
 * Starts the service and waits until it listens.
 * @param env settings in addition to HOST and the ports
 * @param file the program to run instead of the one for this test run
 */
export async function startService(env: Record<string, string>, file = main()): Promise<Service> {
  for (let attempt = 1; ; attempt += 1) {
    const service = await spawnService(env, file);
    try {
      await untilListening(service);
      return service;
    } catch (error) {
      await service.stop();
      if (attempt === ATTEMPTS || !service.output().includes('EADDRINUSE')) throw error;
    }
  }
}

/** Another process may take a port after `freePort` has found it free. */
const ATTEMPTS = 3;

/** Starts the service without waiting, for starts that fail. */
export async function spawnService(env: Record<string, string>, file = main()): Promise<Service> {
  const [port, internalPort] = [String(await freePort()), String(await freePort())];
  const child = spawn(process.execPath, [...V8_FLAGS, file], {
    env: { ...inherited(), ...MEMORY, ...DEFAULTS, PORT: port, INTERNAL_PORT: internalPort, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const host = env['HOST'] ?? '127.0.0.1';
  const origin = `http://${host.includes(':') ? `[${host}]` : host}`;
  return asService(child, `${origin}:${port}`, `${origin}:${internalPort}`);
}

/**
 * The variables for Node itself, so that it starts as fast as with `npm start`. No settings of the service.
 */
function inherited(): Record<string, string | undefined> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE };
}

function asService(child: ChildProcess, url: string, internalUrl: string): Service {
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
    internalUrl,
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
  const { hostname, port } = new URL(service.url);
  while (!(await accepts(hostname.replace(/^\[|\]$/g, ''), Number(port)))) {
    if (state.ended) throw new Error(`The service ended before it listened:\n${service.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await (await fetch(`${service.url}/livez`)).arrayBuffer();
}
