import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export type Operation =
  | 'a deletion'
  | 'a logout'
  | 'the end of a session'
  | 'the end of all sessions'
  | 'the end of all other sessions'
  | 'a change of the password';

/** A user with two sessions. The first one runs the operation. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly otherId: string;
  readonly otherToken: string;
  readonly otherRefresh: string;
}

/** An operation whose process was killed after it had sent this many messages. */
export interface Interrupted {
  readonly operation: Operation;
  readonly messages: number;
  readonly person: Person;
}

/** Which tokens of the person work after the repeat. */
export interface Working {
  readonly token: boolean;
  readonly otherToken: boolean;
  readonly otherRefresh: boolean;
}

const FIXTURE = `${import.meta.dirname}/killed.fixture.ts`;

/** Runs a replica that is killed in the midst of operations: see killed.fixture.ts. */
export const killReplica = (env: Record<string, string>) =>
  replica(env, 'SIGKILL') as Promise<readonly Interrupted[]>;

/** Starts a replica after that, which repeats these operations. @returns what works of each. */
export const startNext = (env: Record<string, string>, all: readonly Interrupted[]) =>
  replica(env, null, JSON.stringify(all)) as Promise<readonly Working[]>;

async function replica(env: Record<string, string>, end: string | null, ...parameters: string[]) {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [FIXTURE, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH, NODE_COMPILE_CACHE, ...env },
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const signal = child.signalCode;
  if (signal !== end) throw new Error(`The replica ended by ${String(signal)} instead of ${String(end)}.`);
  return JSON.parse(output) as unknown;
}
