/** Unit and integration tests: beside the code they test, run by the project's own Node 24. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['shared/**/*.test.ts', 'electron/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'e2e/electron-stand-in/**/*.test.ts'],
    environment: 'node',
    // Tests open real sockets, databases and processes: a child process each, so that none can disturb another.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    restoreMocks: true,
  },
});
