import { defineConfig, mergeConfig, type Plugin } from 'vite'
import { shared } from './vite.shared.ts'

const agent = process.env.TONGTANG_AGENT ?? 'http://127.0.0.1:8090'

/** The built page is called index.html, so that both outputs are served by the same handler. */
const calledIndex: Plugin = {
  name: 'agent-page-is-index',
  enforce: 'post',
  generateBundle(_options, bundle) {
    const page = bundle['agent.html']
    if (page) page.fileName = 'index.html'
  },
}

/** The classroom agent's local page: agent.html → dist-agent. */
export default mergeConfig(shared, defineConfig({
  plugins: [calledIndex],
  build: { outDir: 'dist-agent', rolldownOptions: { input: 'agent.html' } },
  server: { open: '/agent.html', proxy: { '/local': { target: agent, ws: true } } },
}))
