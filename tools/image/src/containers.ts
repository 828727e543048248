import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { docker, dockerOutput } from './docker.ts';
import { tagOf, type Target } from './image.ts';

/** The official image, or a local stand-in of the same name. */
const REDIS_IMAGE = 'redis:7.0';

/** The limits of the pod. The shells and package managers of the base image are also hidden. */
const CONFINED = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--memory=256m'];

/** One address sends all requests of a test, so its limit is high. */
const DEFAULTS = { REDIS_HOST: 'redis', RATE_LIMIT_ADDRESS: '1000000/60' };

export interface Scene {
  /** Starts the service. @param options options of `docker run` @returns the id of the container */
  start(environment?: Readonly<Record<string, string>>, ...options: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** Creates a network with a Redis called `redis`, which may store users. */
export async function openScene(target: Target): Promise<Scene> {
  const network = `image-${randomUUID()}`;
  const containers: string[] = [];
  const run = async (...parameters: readonly string[]) => {
    const id = await docker('run', '--detach', `--network=${network}`, ...parameters);
    containers.push(id);
    return id;
  };
  await docker('network', 'create', network);
  const command = [
    'redis-server',
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--protected-mode',
    'no',
  ];
  await run('--network-alias=redis', REDIS_IMAGE, ...command);
  return {
    start(environment = {}, ...options) {
      const variables = Object.entries({ ...DEFAULTS, ...environment });
      const env = variables.map(([name, value]) => `--env=${name}=${value}`);
      return run('--publish=127.0.0.1::8080', ...CONFINED, ...env, ...options, tagOf(target));
    },
    async close() {
      await docker('rm', '--force', '--volumes', ...containers);
      await docker('network', 'rm', network);
    },
  };
}

/**
 * Waits until Docker reports a healthy container.
 * @returns the URL of the service
 * @throws {Error} with the log of the container when it has ended
 */
export async function untilHealthy(container: string): Promise<string> {
  for (;;) {
    const state = await docker('inspect', '--format={{.State.Status}} {{.State.Health.Status}}', container);
    if (state === 'running healthy') return `http://${await docker('port', container, '8080')}`;
    if (!state.startsWith('running')) throw new Error(await logs(container));
    await wait(200);
  }
}

/** @returns the exit code */
export const untilExit = async (container: string): Promise<number> =>
  Number(await docker('wait', container));

/** Standard output and standard error. */
export const logs = async (container: string): Promise<string> => {
  const { stdout, stderr } = await dockerOutput('logs', container);
  return stdout + stderr;
};
