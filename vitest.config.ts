import { defineConfig } from 'vitest/config';

const projects = [
  'domain', 'adapters/memory', 'adapters/redis', 'adapters/sql', 'adapters/argon2', 'adapters/crypto', 'adapters/http', 'adapters/prometheus',
  'adapters/settings', 'apps/user-management', 'infra', 'tools/servers', 'tools/bench', 'tools/doctor',
];

export default defineConfig({
  test: {
    projects: projects.map((root) => ({ extends: true, test: { name: root.split('/').at(-1) ?? root, root } })),
  },
});
