import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { KnownPace } from '../../contract/advice'
import { runSchema, type BackendSummary, type Run } from '../../contract/runs'
import { paceAmong } from '../../rules/settings/paces'
import { spec } from '../../rules/specs/testing'
import { thisProcess } from '../disk/processes'
import { keepPace, knownPaces } from './paces'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-paces-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

const processor: BackendSummary = { kind: 'cpu', library: 'TensorFlow 2.16.1', device: 'A processor', threads: 2, oneDnn: true }
/** A data folder with these runs. */
const place = (...runs: Run[]) => ({ dataDir: folder, runs: { overview: () => Promise.resolve({ runs }) } })
const pace = (more: Partial<KnownPace> = {}): KnownPace => ({
  network: 'arch:large', input: [224, 224, 3], device: 'auto', backend: processor, at: new Date().toISOString(),
  pace: { looking: 60, training: 20, baseBytes: 1, bytesPerImage: 1, steps: 7 }, ...more
})

it('how fast this machine is stays known for a month, one figure for each network, input and device', async () => {
  expect(await knownPaces(folder)).toEqual([])
  await keepPace(place(), pace({ at: new Date(Date.now() - 31 * 86_400_000).toISOString() }))
  expect(await knownPaces(folder)).toEqual([])
  const now = pace()
  await keepPace(place(), pace({ at: new Date(Date.now() - 1000).toISOString(), pace: { ...now.pace, training: 1 } }))
  await keepPace(place(), now)
  await keepPace(place(), pace({ device: 'cpu' }))
  expect(await knownPaces(folder)).toHaveLength(2)
  expect(paceAmong(await knownPaces(folder), now)).toEqual(now)
  expect(paceAmong([now], { ...now, input: [112, 112, 3] })).toBeUndefined()
  expect(paceAmong([now], { ...now, network: 'arch:small' })).toBeUndefined()
})

it('a figure that cannot be read is none: it is found anew', async () => {
  await keepPace(place(), pace())
  const [file] = await readdir(join(folder, 'advice'))
  await writeFile(join(folder, 'advice', file!), '{')
  expect(await knownPaces(folder)).toEqual([])
  await keepPace(place(), pace())
  expect(await knownPaces(folder)).toHaveLength(1)
})

it('what another backend, or another number of threads, did is no pace of this one', async () => {
  const wasm: BackendSummary = { kind: 'wasm', library: 'TensorFlow.js WebAssembly 4.22.0', device: 'A processor', threads: 1 }
  const before = pace({ backend: wasm })
  await keepPace(place(), before)
  expect(paceAmong(await knownPaces(folder), pace())).toBeUndefined()
  expect(paceAmong(await knownPaces(folder), { ...pace(), backend: wasm })).toEqual(before)
  await keepPace(place(), pace())
  expect(await knownPaces(folder)).toHaveLength(2)
  expect(paceAmong(await knownPaces(folder), pace({ backend: { ...processor, threads: 8 } }))).toBeUndefined()
  // Of a device that was not opened only kind and library are known.
  expect(paceAmong(await knownPaces(folder), { ...pace(), backend: { kind: 'wasm' } })).toEqual(before)
})

it('of a figure of an earlier version nobody knows what computed it: it is not used, and the others are', async () => {
  await keepPace(place(), pace())
  const [file] = await readdir(join(folder, 'advice'))
  const { backend: _, ...earlier } = pace({ device: 'cpu' })
  await writeFile(join(folder, 'advice', file!), JSON.stringify([earlier, pace()]))
  expect((await knownPaces(folder)).map(({ device }) => device)).toEqual(['auto'])
})

it('a figure that was taken while a training is under way here is not kept', async () => {
  const training = (more: Partial<Run> = {}): Run => runSchema.parse({
    schemaVersion: 1, epochs: 0, seconds: 0, metrics: {}, versions: {}, dataHashes: {}, notes: [], id: 'one', name: 'One', names: { source: 'A', target: 'B', method: 'C' }, spec: spec(), state: 'running', createdAt: new Date().toISOString(), owner: thisProcess(), ...more
  })
  await keepPace(place(training()), pace())
  expect(await knownPaces(folder)).toEqual([])
  // One that waits, one whose process is gone and one that is computed elsewhere slow nothing here.
  await keepPace(place(training({ state: 'queued' }), training({ owner: { ...thisProcess(), host: 'elsewhere' } })), pace())
  expect(await knownPaces(folder)).toHaveLength(1)
})
