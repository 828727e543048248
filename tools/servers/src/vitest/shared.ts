import type { Server } from '../program/server.ts';

interface Shared {
  readonly server: Promise<Server>;
  users: number;
}

/**
 * Vitest loads a global set-up once for each project, as another module each time; what they share has to be
 * outside.
 */
const ALL = globalThis as Record<symbol, Shared | undefined>;

/**
 * One server for all projects of a run: the first to ask starts it, and it stops when the last one has
 * released it.
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
