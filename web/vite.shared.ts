import react from '@vitejs/plugin-react'
import type { UserConfig } from 'vite'

/** What both entries share. The targets are what old classroom PCs still run: Windows 7 ends at Chrome 109. */
export const shared: UserConfig = {
  plugins: [react()],
  build: {
    target: ['chrome90', 'edge90', 'firefox90', 'safari15'],
    manifest: true,
    reportCompressedSize: false,
    emptyOutDir: true,
    chunkSizeWarningLimit: 1200,
  },
}
