import { defineConfig } from 'vitest/config';

// Not among the workspace's projects: it needs an image that was built before, which `npm test` does not ask
// of anybody.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 120_000 } });
