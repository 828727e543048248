import { DependencyUnavailable } from '@user-management/domain';
import type { Redis } from '../topology/redis.ts';

/** Runs `before` ahead of each command, which fails with what it throws. */
function intercept(redis: Redis, before: (command: readonly string[]) => unknown): Redis {
  return {
    get state() {
      return redis.state;
    },
    connect: () => redis.connect(),
    each: (task) => redis.each(task),
    readNear: (...args) => redis.readNear(...args),
    forget: () => redis.forget(),
    close: () => redis.close(),
    run: (key, task) =>
      redis.run(key, (session) =>
        task({
          term: session.term,
          address: session.address,
          read: (...args) => session.read(...args),
          async send(command) {
            await before(command);
            return session.send(command);
          },
        }),
      ),
  };
}

/** Runs an action just before the named command is sent. */
export const before = (redis: Redis, name: string, action: () => Promise<unknown>): Redis =>
  intercept(redis, (command) => command[0] === name && action());

/** As `before`, but only the first time. */
export function beforeFirst(redis: Redis, name: string, action: () => Promise<unknown>): Redis {
  let ran = false;
  return before(redis, name, async () => {
    if (ran) return;
    ran = true;
    await action();
  });
}

/** Runs an action just before the next command after `count` commands. */
export function beforeNext(redis: Redis, count: number, action: () => unknown): Redis {
  let sent = 0;
  return intercept(redis, () => (sent++ === count ? action() : undefined));
}

/** What a process sends to Redis that dies after `count` commands. */
export function dyingAfter(redis: Redis, count: number): Redis {
  let sent = 0;
  return intercept(redis, () => {
    if (sent === count) throw new DependencyUnavailable('user store', { cause: new Error('it died') });
    sent += 1;
  });
}

/** Returns whether the work died. */
export async function dies(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof DependencyUnavailable) return true;
    throw error;
  }
}

/** Does it with a process that dies after more and more commands, until one survives. */
export async function dyingEverywhere(redis: Redis, attempt: (dying: Redis) => Promise<void>): Promise<void> {
  for (let [count, died] = [0, true]; died; count += 1) {
    died = await dies(() => attempt(dyingAfter(redis, count)));
  }
}
