import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { devDependencies: Record<string, string> }

/** Everything but Electron goes into the bundle: the installed program has no node_modules for main and preload. */
const bundled = { externalizeDeps: false, target: 'node16', minify: false, sourcemap: true } as const

export default defineConfig({
  main: {
    define: { SHIPPED_ELECTRON: JSON.stringify(devDependencies['electron']) },
    build: { ...bundled, outDir: 'out/main', rollupOptions: { input: resolve('src/main/index.ts') } }
  },
  preload: {
    build: { ...bundled, outDir: 'out/preload', rollupOptions: { input: resolve('src/preload/index.ts') } }
  },
  renderer: {
    root: 'src/renderer',
    plugins: [vue()],
    // Main puts each load's nonce in its place (src/main/window/protocol.ts).
    html: { cspNonce: '__GRAFT_NONCE__' },
    build: { outDir: 'out/renderer', target: 'chrome108', minify: true, rollupOptions: { input: resolve('src/renderer/index.html') } }
  }
})
