import type { Server } from '../program/server.ts';

interface Shared {
  readonly server: Promise<Server>;
  users: number;
}

/**
 * Vitest loads a global setup as a new module for each project. So the shared state must be outside the
 * module.
 */
const ALL = globalThis as Record<symbol, Shared | undefined>;

/**
 * Shares one server between all projects of a run. The first project starts it, and the last one stops it.
 */
export async function share<S extends Server>(
  name: string,
  start: () => Promise<S>,
): Promise<{ server: S; release: () => Promise<void> }> {
  const key = Symbol.for(`@user-management/servers:${name}`);
  const shared = (ALL[key] ??= { server: start(), users: 0 });
  shared.users += 1;
  const release = async (): Promise<void> => {
    shared.users -= 1;
    if (shared.users > 0) return;
    ALL[key] = undefined;
    await (await shared.server).stop();
  };
  return { server: (await shared.server) as S, release };
}
