import { defineConfig } from 'vitest/config';

// Not a project of the workspace, because it needs an image that was built before, and `npm test` builds
// none.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 120_000 } });
