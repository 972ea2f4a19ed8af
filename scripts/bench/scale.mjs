// Ten thousand runs on a hundred machines, simulated: `node scripts/bench/scale.mjs [--runs N] [--nodes N] [--seconds S] [--until N]`.
// Home (what gives out, follows and brings home), the nodes' couriers, records and the shared folder are Graft's own; the head
// answers as Ray does, its jobs start after 4.5 s, and the training computes nothing for S seconds. One node is lost on the way. With `--until` home stops looking after so many runs.
import { build } from 'esbuild'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const option = (name, usual) => process.argv.includes(`--${name}`) ? Number(process.argv[process.argv.indexOf(`--${name}`) + 1]) : usual
const [runs, nodes, seconds] = [option('runs', 10_000), option('nodes', 100), option('seconds', 30)]
const until = option('until', runs)
const work = mkdtempSync(join(process.env.GRAFT_SCALE_DIR ?? tmpdir(), 'graft-scale-'))
// Inside the checkout, so that packages are found.
const program = join(root, 'node_modules', '.cache', 'graft-bench-scale.mjs')

const shared = `
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { FolderStore } from './src/remote/stores/folder'
const calls = {}
for (const name of ['read', 'write', 'create', 'list', 'send', 'fetch', 'size', 'remove']) {
  const real = FolderStore.prototype[name]
  FolderStore.prototype[name] = function (...words) { calls[name] = (calls[name] ?? 0) + 1; return real.apply(this, words) }
}
const [, , folder, runs, nodes, seconds] = process.argv
const told = () => {
  const { user, system } = process.cpuUsage()
  return { processorSeconds: (user + system) / 1e6, peakMegabytes: process.resourceUsage().maxRSS / 1024, store: calls }
}
`
const cluster = `${shared}
import { FakeRay } from './src/remote/testing-ray'
import { doJob } from './src/remote/testing'
const ray = new FakeRay()
let requests = 0
ray.answer = (request, response) => {
  requests++
  if (request.url !== '/nodes?view=summary') return false
  response.end(JSON.stringify({ data: { summary: Array.from({ length: Number(nodes) }, (_, node) => ({
    hostname: 'n' + node, raylet: { nodeId: 'n' + node, resourcesTotal: { CPU: 1, memory: 8e9 } } })) } }))
  return true
}
let working = 0, most = 0, jobs = 0, lostAt = 0, lostRun = '', noticed = -1
const waiting = []
const begin = async () => {
  while (working < Number(nodes) && waiting.length > 0) {
    const job = waiting.shift()
    const node = jobs++ % Number(nodes)
    working++
    most = Math.max(most, working)
    void (async () => {
      await new Promise((resolve) => setTimeout(resolve, 4500))
      let count = 0
      const lost = new Promise((resolve) => {
        void doJob(job, join(folder, 'node' + node), { milliseconds: 1000, onEpoch: async (epoch, run) => {
          if (run === lostRun && lostAt > 0 && noticed < 0) noticed = performance.now() - lostAt
          if (lostAt === 0 && ++count > 20) {
            lostAt = performance.now()
            lostRun = run
            job.status = 'FAILED'
            resolve()
            return new Promise(() => undefined)
          }
          await new Promise((resolve) => setTimeout(resolve, 1000 * Number(seconds) / 4))
        } }).then(resolve)
      })
      await lost
      working--
      void begin()
    })()
  }
}
ray.onJob = (job) => { waiting.push(job); void begin() }
await ray.start()
process.send({ address: ray.address })
process.on('message', () => { process.send({ ...told(), requests, jobs: ray.submitted.length, most, noticedSeconds: noticed / 1000 }); setTimeout(() => process.exit(0), 100) })
`
const home = `${shared}
import { awayRuns, remotePlace } from './src/remote/testing'
import { lookAfterRuns } from './src/remote/look-after'
const place = await remotePlace(folder)
await place.ray.stop()
const made = performance.now()
await awayRuns(place.home, process.argv[6], place.shared, Number(runs))
const created = performance.now()
const before = told().processorSeconds
let done = 0, lines = 0, files = 0, last = performance.now()
const ids = new Set()
const enough = new AbortController()
const looking = setInterval(() => void fs.readdir(place.shared, { recursive: true }).then((all) => { files = Math.max(files, all.length) }, () => undefined), 10_000)
await lookAfterRuns({ library: place.home, signal: enough.signal,
  onRun: (run) => { if (run.state === 'done') { done++; ids.add(run.id); if (done === ${until}) enough.abort(); if (done % 500 === 0) { console.error(done, Math.round((performance.now() - created) / 1000) + ' s'); } } },
  onNews: (_, news) => { lines += news.lines.length } })
clearInterval(looking)
const wall = (performance.now() - created) / 1000
const list = (await place.home.runs.list()).runs
process.send({ ...told(), createdSeconds: (created - made) / 1000, wall, done, distinct: ids.size, lines, mostFiles: files,
  states: Object.fromEntries([...new Set(list.map(({ state }) => state))].map((state) => [state, list.filter((run) => run.state === state).length])),
  twice: list.filter(({ computedOn }) => computedOn?.attempts > 1).length, lookingProcessorSeconds: told().processorSeconds - before })
process.exit(0)
`
const start = async (source, ...words) => {
  const file = program.replace('.mjs', `-${words.length}.mjs`)
  await build({ stdin: { contents: source, resolveDir: root, loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile: file, logLevel: 'error' })
  return spawn(process.execPath, [file, work, String(runs), String(nodes), String(seconds), ...words], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}
const message = (child) => new Promise((resolve, reject) => {
  child.once('message', resolve)
  child.once('exit', (code) => reject(new Error(`It ended with ${code}.`)))
})
try {
  const there = await start(cluster)
  const { address } = await message(there)
  const here = await start(home, address)
  const ours = await message(here)
  there.send('tell')
  const theirs = await message(there)
  const perSecond = (calls) => Object.fromEntries(Object.entries(calls).map(([name, count]) => [name, Math.round(10 * count / ours.wall) / 10]))
  console.log(JSON.stringify({ runs, nodes, seconds, home: { ...ours, store: perSecond(ours.store) },
    cluster: { ...theirs, store: perSecond(theirs.store), requestsPerSecond: theirs.requests / ours.wall } }, null, 1))
} finally {
  rmSync(work, { recursive: true, force: true })
}
