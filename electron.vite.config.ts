import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { runnerImport } from 'vite'
import type * as app from './src/contract/app'
import type * as define from './src/contract/define'

const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { devDependencies: Record<string, string> }

/** Channel and kind of every verb of the contract: all that the preload script needs of it. */
async function contractSurface() {
  const [{ module: { appContract } }, { module: { channelOf } }] = await Promise.all([
    runnerImport<typeof app>(resolve('src/contract/app.ts')),
    runnerImport<typeof define>(resolve('src/contract/define.ts'))
  ])
  return Object.fromEntries(Object.entries(appContract).map(([noun, verbs]) => [
    noun, Object.fromEntries(Object.entries(verbs).map(([verb, { kind }]) => [verb, { channel: channelOf(noun, verb), kind }]))
  ]))
}

/** Everything but Electron goes into the bundle: the installed program has no node_modules for main and preload. */
const bundled = { externalizeDeps: false, target: 'node16', minify: false, sourcemap: true } as const

export default defineConfig(async () => ({
  main: {
    define: { SHIPPED_ELECTRON: JSON.stringify(devDependencies['electron']) },
    build: { ...bundled, outDir: 'out/main', rollupOptions: { input: resolve('src/main/index.ts') } }
  },
  preload: {
    define: { CONTRACT_SURFACE: JSON.stringify(await contractSurface()) },
    build: { ...bundled, outDir: 'out/preload', rollupOptions: { input: resolve('src/preload/index.ts') } }
  },
  renderer: {
    root: 'src/renderer',
    plugins: [vue()],
    // Main puts each load's nonce in its place (src/main/window/protocol.ts).
    html: { cspNonce: '__GRAFT_NONCE__' },
    build: { outDir: 'out/renderer', target: 'chrome108', minify: true, rollupOptions: { input: resolve('src/renderer/index.html') } }
  }
}))
