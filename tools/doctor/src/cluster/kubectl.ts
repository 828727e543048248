import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs kubectl and returns its standard output. @throws {KubectlFailed} */
export type Kubectl = (...args: readonly string[]) => Promise<string>;

export class KubectlFailed extends Error {}

/** The limit for one command, so that a check with several commands still ends in time. */
const REQUEST_TIMEOUT = '--request-timeout=5s';
const KILL_AFTER_MS = 8_000;
const MOST_OUTPUT = 64 * 2 ** 20;

export const kubectl: Kubectl = async (...args) => {
  const options = { timeout: KILL_AFTER_MS, maxBuffer: MOST_OUTPUT };
  try {
    // The timeout comes first, because arguments after `--` belong to a program in a pod.
    const { stdout } = await promisify(execFile)('kubectl', [REQUEST_TIMEOUT, ...args], options);
    return stdout;
  } catch (error) {
    throw new KubectlFailed(reasonOf(error as Failure));
  }
};

interface Failure extends Error {
  readonly code?: string | number;
  readonly killed?: boolean;
  readonly stderr?: string;
}

function reasonOf({ code, killed, stderr = '', message }: Failure): string {
  if (code === 'ENOENT') return 'There is no kubectl on the PATH.';
  if (killed === true) return `kubectl did not answer within ${KILL_AFTER_MS} ms.`;
  // Lines before the last one may repeat it in the words of a library.
  return stderr.trim().split('\n').at(-1) || message;
}
