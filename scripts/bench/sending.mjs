// A large data set sent once: `node scripts/bench/sending.mjs [--images N] [--store FOLDER|s3://BUCKET]`. Makes a data set of
// images of 32 × 32 in colour, sends it for a run of one study and again for a run of another, and fetches it on one node twice.
// For a bucket the environment says where its server is, as for Graft itself.
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const option = (name, usual) => process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : usual
const work = mkdtempSync(join(process.env.GRAFT_SCALE_DIR ?? tmpdir(), 'graft-sending-'))
mkdirSync(join(work, 'store'))
// Inside the checkout, so that packages are found.
const program = join(root, 'node_modules', '.cache', 'graft-bench-sending.mjs')

const source = `
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openLibrary } from './src/library'
import { DatasetWriter } from './src/library/datasets/writer'
import { NodeCache } from './src/remote/objects'
import { sendParcel } from './src/remote/parcel'
import { openStore } from './src/remote/stores'
import { remoteSpec } from './src/remote/testing'
const [, , folder, images, address] = process.argv
const seconds = async (work) => { const from = performance.now(); await work(); return Math.round(performance.now() - from) / 1000 }
const library = openLibrary(join(folder, 'home'))
const made = await seconds(async () => {
  const writer = await DatasetWriter.create(library.datasets.folder, 'digits', [32, 32, 3])
  for (let from = 0; from < Number(images); from += 1000) {
    await writer.append({ split: from % 10_000 === 0 ? 'test' : 'train', images: randomBytes(1000 * 3072), labels: Int32Array.from({ length: 1000 }, (_, at) => at % 10) })
  }
  await writer.finish({ name: 'Large', classes: [...'abcdefghij'], validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: 'random' } })
})
const store = openStore(address)
let sent = 0
const real = store.send.bind(store)
store.send = (key, path) => { sent++; return real(key, path) }
const run = async (study, seed) => library.runs.create(remoteSpec(seed), { names: { source: 'a', target: 'b', method: 'c' }, name: study, study: { id: study, role: 'candidate' } })
const [first, second] = [await run('one', 1), await run('two', 2)]
let parcel
const firstSeconds = await seconds(async () => { parcel = await sendParcel(library, store, first) })
const firstSent = sent
sent = 0
const secondSeconds = await seconds(() => sendParcel(library, store, second))
const fetchAll = (name) => seconds(async () => {
  const cache = new NodeCache(join(folder, 'node'))
  for (const input of parcel.inputs) await cache.place(store, input, join(folder, name, input.path))
})
console.log(JSON.stringify({ images: Number(images), bytes: parcel.inputs.reduce((sum, { bytes }) => sum + bytes, 0), madeSeconds: made,
  firstSeconds, filesSent: firstSent, secondSeconds, filesSentAgain: sent, fetchSeconds: await fetchAll('a'), fetchAgainSeconds: await fetchAll('b') }))
`
try {
  await build({ stdin: { contents: source, resolveDir: root, loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile: program })
  const { status } = spawnSync(process.execPath, [program, work, option('images', '200000'), option('store', join(work, 'store'))], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} finally {
  rmSync(work, { recursive: true, force: true })
}
