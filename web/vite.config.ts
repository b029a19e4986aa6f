import { configDefaults, defineConfig, mergeConfig } from 'vitest/config'
import { shared } from './vite.shared.ts'

const server = process.env.TONGTANG_SERVER ?? 'http://127.0.0.1:8080'

/** The server's pages: index.html → dist. `vite` (npm run dev) passes the server's routes on to a running server. */
export default mergeConfig(shared, defineConfig({
  build: { outDir: 'dist' },
  server: {
    proxy: {
      '/api': server,
      '/media': server,
      '/ical': server,
      '/live': { target: server, ws: true },
    },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'e2e/**'],
  },
}))
