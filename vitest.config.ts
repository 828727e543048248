import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

type Server = 'redis' | 'postgres' | 'service';

/**
 * Every package with tests, and the servers that are to run for them. A server is started only for projects
 * that were selected. `service` is the bundle of the service, which their tests start.
 */
const projects: Record<string, readonly Server[]> = {
  domain: [],
  'adapters/redis': ['redis'],
  'adapters/sql': ['postgres'],
  'adapters/argon2': [],
  'adapters/crypto': [],
  'adapters/files': [],
  'adapters/http': [],
  'adapters/mail': [],
  'adapters/passwords': [],
  'adapters/prometheus': [],
  'adapters/settings': [],
  'adapters/webhooks': [],
  'apps/user-management': ['redis', 'postgres', 'service'],
  infra: ['service'],
  'tools/backup': ['postgres'],
  'tools/bench': ['redis', 'postgres', 'service'],
  'tools/bootstrap': [],
  'tools/bundle': ['redis'],
  'tools/conformance': [],
  'tools/doctor': ['redis', 'postgres'],
  'tools/servers': ['redis', 'postgres', 'service'],
  'tools/service-token': [],
  'tools/torture': ['postgres'],
  'tools/users': ['service'],
};

/**
 * Threads of one process start in a third of the time that processes take, but they share its user and its
 * clock of the processor. The tests of `sql` change the one, and those of `argon2` read the other. Torture
 * is busy enough for a process of its own.
 */
const NEEDS_PROCESSES: readonly string[] = ['adapters/sql', 'adapters/argon2', 'tools/torture'];

const SETUPS: Readonly<Record<Server, string>> = {
  redis: 'tools/servers/src/vitest/provide-redis.ts',
  postgres: 'tools/servers/src/vitest/provide-postgres.ts',
  service: 'tools/bundle/src/vitest/provide-service.ts',
};

const globalSetup = (servers: readonly Server[]): string[] =>
  servers.map((server) => join(import.meta.dirname, SETUPS[server]));

export default defineConfig({
  test: {
    // Real servers on a busy machine take a while; what takes longer hangs.
    testTimeout: 40_000,
    hookTimeout: 60_000,
    // Most tests wait for a server or a timer. One file for each core would leave the cores idle half of the
    // time.
    maxWorkers: availableParallelism() + 2,
    // Test files share no state, so a file may use the modules that another one has loaded.
    isolate: false,
    // Node strips the types, as it does for the service. Vite would translate each module once more.
    experimental: { viteModuleRunner: false },
    projects: Object.entries(projects).map(([root, servers]) => ({
      extends: true,
      test: {
        name: root.split('/').at(-1) ?? root,
        root,
        pool: NEEDS_PROCESSES.includes(root) ? 'forks' : 'threads',
        globalSetup: globalSetup(servers),
      },
    })),
  },
});
