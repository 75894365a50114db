import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    pool: 'forks',
    // Tests start processes of their own (engines, workers, browsers): two files at a time fill two cores.
    maxWorkers: 2,
    // A poll waits for a process or a page: a busy machine takes its time.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
