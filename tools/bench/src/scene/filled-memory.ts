import { setImmediate as turn } from 'node:timers/promises';
import type { PasswordHash } from '@user-management/domain';
import { MemoryUsers } from '@user-management/memory';
import { sampleUsers } from './sample-users.ts';

/** A larger batch would block the event loop until the service takes its Redis for lost. */
const BATCH = 10_000;

/**
 * Loaded into a service that keeps its users in memory, because another process cannot add them there. The
 * users are made before the start and added at the first lookup.
 */
const { BENCH_USERS = '', BENCH_PASSWORD_HASH = '' } = process.env;
const users = [...sampleUsers(Number(BENCH_USERS), BENCH_PASSWORD_HASH as PasswordHash, 'memory')];

async function fill(store: MemoryUsers): Promise<void> {
  for (let n = 0; n < users.length; n += BATCH) {
    await Promise.all(users.slice(n, n + BATCH).map((user) => store.add(user)));
    await turn();
  }
  users.length = 0;
}

let filled: Promise<void> | undefined;

/** Wraps a method so that it first adds the users. */
function waiting<Args extends unknown[], Result>(method: (...args: Args) => Promise<Result>) {
  return async function (this: MemoryUsers, ...args: Args): Promise<Result> {
    await (filled ??= fill(this));
    return method.apply(this, args);
  };
}

/* eslint-disable @typescript-eslint/unbound-method -- `waiting` binds them */
const { findById, findByEmail } = MemoryUsers.prototype;
/* eslint-enable @typescript-eslint/unbound-method */
Object.assign(MemoryUsers.prototype, { findById: waiting(findById), findByEmail: waiting(findByEmail) });
