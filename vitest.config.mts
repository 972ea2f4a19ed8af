import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/{contract,rules,images,library,engine,gauntlet,bench,worker,supervision,cli,main,preload}/**/*.test.ts', 'scripts/**/*.test.mjs', 'test/*.test.ts'],
          testTimeout: 20_000
        }
      },
      {
        plugins: [vue()],
        test: { name: 'window', include: ['src/renderer/**/*.test.ts'], environment: 'happy-dom', css: { include: /tokens\.css/ }, testTimeout: 20_000 }
      },
      {
        test: {
          name: 'native',
          include: ['test/{engine,cli,parity}/**/*.test.ts'],
          // TensorFlow is one instance a process, and two of them would fight for the cores.
          pool: 'forks', fileParallelism: false, testTimeout: 300_000, hookTimeout: 120_000
        }
      }
    ]
  }
})
