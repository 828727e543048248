import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { docker, dockerOutput } from './docker.ts';
import { tagOf, type Target } from './image.ts';

/** The official image, or what stands in for it. */
const REDIS_IMAGE = 'redis:7.0';

/**
 * How a pod runs it, and more: where the shells and package managers of the base image are, there is nothing.
 */
const CONFINED = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--memory=256m'];

export interface Scene {
  /** Starts the service. @param options of `docker run` @returns its container */
  start(environment?: Readonly<Record<string, string>>, ...options: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** A network with a Redis that is fit to keep users, called `redis`. */
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
      const variables = Object.entries({ REDIS_HOST: 'redis', ...environment });
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
 * Waits until Docker calls the container healthy.
 * @returns its URL
 * @throws {Error} with its log when it has ended instead
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
