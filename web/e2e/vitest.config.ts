import { defineConfig } from 'vitest/config'

// Browser tests: the built programs, real Chromium, one file after the other. `make test` builds first.
export default defineConfig({
  test: {
    root: new URL('.', import.meta.url).pathname,
    include: ['*.test.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    bail: 0,
  },
})
