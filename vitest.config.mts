import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/**
 * Unit tests that need a process of their own: they ask what a fresh process loads, or open a backend for good.
 * All others share theirs, file after file, so that packages are loaded once a worker and not once a file.
 */
const alone = ['src/cli/startup.test.ts', 'src/library/index.test.ts', 'src/engine/runtime/runtime.test.ts', 'src/engine/runtime/kernels/shared/wasm.test.ts']
for (const path of alone) if (!existsSync(new URL(path, import.meta.url))) throw new Error(`vitest.config.mts names ${path}, which is not there.`)

// Ends that only what hangs runs into, also on a busy machine.
const shared = { isolate: false, testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000, interval: 10 } } }

export default defineConfig({
  test: {
    // Vitest's own choice leaves a core idle, which of two is half.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          ...shared, name: 'unit',
          include: ['src/{contract,rules,images,library,engine,gauntlet,bench,remote,worker,supervision,cli,main,preload}/**/*.test.ts', 'scripts/**/*.test.mjs', 'test/{*,faults/*}.test.ts'],
          exclude: alone
        }
      },
      { test: { ...shared, name: 'alone', include: alone, isolate: true } },
      {
        plugins: [vue()],
        test: {
          ...shared, name: 'window', include: ['src/renderer/**/*.test.ts'], environment: 'happy-dom', css: { include: /tokens\.css/ },
          setupFiles: ['test/clean-window.ts']
        }
      },
      {
        test: {
          name: 'native',
          include: ['test/{engine,cli,parity}/**/*.test.ts'],
          // TensorFlow is one instance a process, and two of them would fight for the cores.
          pool: 'forks', fileParallelism: false, testTimeout: 300_000, hookTimeout: 120_000
        }
      },
      // Minutes each, and with programs that not every machine has: `npm run installers` alone runs them.
      { test: { name: 'installers', include: ['test/installers/*.test.mjs'], pool: 'forks', fileParallelism: false, testTimeout: 300_000, hookTimeout: 300_000 } }
    ]
  }
})
