import { defineConfig } from 'vitest/config'

// Browser tests: the built programs, real Chromium. `make test` builds first.
const common = { root: new URL('.', import.meta.url).pathname, testTimeout: 90_000, hookTimeout: 120_000, bail: 0 }

// Walks over the desk's pages measure no media: two at once, each with a demo of its own, which wait for each other's programs and not for a clock.
const desk = ['schedule', 'changes', 'matching', 'exchange', 'term', 'calendar', 'install'].map((name) => `${name}.test.ts`)

export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: 'desk', include: desk, maxWorkers: 2, sequence: { groupOrder: 0 } } },
      // Lessons on air, and whatever is new: alone on the machine, one file after the other.
      { test: { ...common, name: 'lessons', include: ['*.test.ts'], exclude: desk, fileParallelism: false, sequence: { groupOrder: 1 } } },
    ],
  },
})
