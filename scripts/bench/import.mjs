// Import speed and peak memory of CIFAR-10 and CIFAR-100: `node scripts/bench/import.mjs [--runs N]`.
// Aim: at least 20,000 images/s and under 300 MB. Each import runs in a process of its own, from a warm disk cache; the
// best of the runs is what the program can do, the median what this machine, with all else that runs on it, did.
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const data = join(root, '..', 'shared', 'data')
const runs = process.argv.includes('--runs') ? Number(process.argv[process.argv.indexOf('--runs') + 1]) : 5
const work = mkdtempSync(join(tmpdir(), 'graft-bench-'))
// Inside the checkout, so that packages are found.
const program = join(root, 'node_modules', '.cache', 'graft-bench-import.mjs')

const source = `
import { openLibrary } from './src/library/index'
import { importDataset } from './src/library/intake/import'
const [, , folder, path] = process.argv
const start = performance.now()
const dataset = await importDataset(openLibrary(folder), { path })
const seconds = (performance.now() - start) / 1000
const images = Object.values(dataset.splits).reduce((sum, split) => sum + split.count, 0)
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ images, seconds, perSecond: images / seconds, processorSeconds: (user + system) / 1e6,
  peakMegabytes: process.resourceUsage().maxRSS / 1024 }))
`
try {
  await build({
    stdin: { contents: source, resolveDir: root, loader: 'ts' }, bundle: true, platform: 'node', format: 'esm',
    packages: 'external', outfile: program
  })
  for (const name of ['cifar-10-binary.tar.gz', 'cifar-100-binary']) {
    const path = join(data, name)
    if (!existsSync(path)) {
      console.log(`${name}: skipped, ../shared/data is not here`)
      continue
    }
    const results = Array.from({ length: runs }, (_, run) => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [program, join(work, `${name}-${run}`), path], { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
      rmSync(join(work, `${name}-${run}`), { recursive: true })
      return JSON.parse(stdout)
    }).sort((a, b) => b.perSecond - a.perSecond)
    const shown = (value) => Math.round(value).toLocaleString('en')
    const [best, median] = [results[0], results[Math.floor(runs / 2)]]
    console.log(`${name}: best ${shown(best.perSecond)} images/s, median ${shown(median.perSecond)}, ` +
      `${best.processorSeconds.toFixed(2)} s of processor time, peak ${shown(Math.max(...results.map(({ peakMegabytes }) => peakMegabytes)))} MB ` +
      `(${best.images} images, ${runs} runs)`)
  }
} finally {
  rmSync(work, { recursive: true, force: true })
  rmSync(program, { force: true })
}
