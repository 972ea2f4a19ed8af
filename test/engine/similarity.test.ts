import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '../../src/engine'
import { openLibrary, type Library } from '../../src/library'
import { installSamples } from '../../src/library/datasets/samples'
import { defaultCacheDir } from '../../src/library/disk'
import type { Spec } from '../../src/contract/runs'
import { defaultsOf } from '../../src/contract/parameters'
import { trainingParameters } from '../../src/contract/training'
import { sameLayers } from '../../src/rules/format/similarity'

let folder = ''
let library: Library
let engine: Engine
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-inside-'))
  library = openLibrary(folder)
  await installSamples(library, join(__dirname, '..', '..', 'resources', 'samples'))
  engine = createEngine({ library, cacheDir: defaultCacheDir() })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function trained(model: Spec['source']['model'], method: Spec['method']): Promise<`run:${string}`> {
  const training = { ...defaultsOf(trainingParameters) as Spec['training'], epochs: 1, learningRate: 0.02 }
  const spec: Spec = { source: { model }, target: { dataset: 'digits', labels: { perClass: 10 } }, method, training, device: 'cpu' }
  const { id } = await library.runs.create(spec, { names: { source: '', target: '', method: '' } })
  expect((await engine.train(id)).state).toBe('done')
  return `run:${id}`
}

describe('the layers of two models', () => {
  it('see the same where a body was frozen, and something else where it was trained; a model against itself is 1', async () => {
    const source = await trained('arch:seed-cnn', { id: 'scratch', params: {} })
    const probed = await trained(source, { id: 'linear-probe', params: {} })
    const phases = new Set<string>()
    const frozen = await engine.similarity({ first: source, second: probed, dataset: 'digits', images: 100, device: 'cpu' }, { onProgress: (phase) => phases.add(phase) })
    expect(frozen).toMatchObject({ split: 'test', images: 100, names: { dataset: 'UCI optical digits' } })
    expect([...phases]).toEqual(['starting', 'loading', 'layers', 'comparing'])
    const layers = sameLayers(frozen)
    expect(layers.at(-1)!.name).toBe('head')
    for (const { name, value } of layers.filter(({ name }) => name !== 'head')) expect([name, value! > 0.9999]).toEqual([name, true])
    // The table is that of the other way round, turned.
    const turned = await engine.similarity({ first: probed, second: source, dataset: 'digits', images: 100, device: 'cpu' })
    expect(Math.abs(turned.values[0]![2]! - frozen.values[2]![0]!)).toBeLessThan(1e-6)

    const other = await trained('arch:seed-cnn', { id: 'scratch', params: {} })
    const again = await engine.similarity({ first: source, second: other, dataset: 'digits', images: 100, device: 'cpu' })
    // The same seed and settings: bit for bit the same network.
    expect(sameLayers(again).every(({ value }) => value! > 0.9999)).toBe(true)
  }, 240_000)

  it('are laid out in one plane: a point for each picture of each model, with its class and its answer, the same each time', async () => {
    const [probed, source] = (await library.runs.list()).runs.map(({ id }) => `run:${id}` as const)
    const wanted = { models: [source!, probed!], dataset: 'digits', images: 60, device: 'cpu' as const }
    const map = await engine.featureMap(wanted)
    expect([map.split, map.positions.length, map.places.map((places) => places.length), map.classes.length]).toEqual(['test', 60, [60, 60], 10])
    expect(map.places.flat(2).every(Number.isFinite)).toBe(true)
    const reader = await library.datasets.open('digits')
    expect(map.labels).toEqual([...await reader.readLabels('test', Int32Array.from(map.positions))])
    await reader.close()
    // Answers are classes of the data set, each model's own.
    expect(map.predicted.flat().every((answer) => answer >= 0 && answer < 10)).toBe(true)
    expect((await engine.featureMap({ ...wanted, layer: map.layers[0]!.name })).places).not.toEqual(map.places)
    expect((await engine.featureMap(wanted)).places).toEqual(map.places)
    await expect(engine.featureMap({ ...wanted, layer: 'nothing' })).rejects.toThrow('no block nothing')
  }, 120_000)

  it('are not compared where nothing was learned, and can be cancelled', async () => {
    await expect(engine.similarity({ first: 'arch:seed-cnn', second: 'arch:seed-cnn', dataset: 'digits' })).rejects.toThrow('fresh weights')
    const [run] = (await library.runs.list()).runs
    const stop = new AbortController()
    const looking = engine.similarity({ first: `run:${run!.id}`, second: `run:${run!.id}`, dataset: 'digits', device: 'cpu' }, {
      signal: stop.signal, onProgress: (phase) => { if (phase === 'layers') stop.abort() }
    })
    await expect(looking).rejects.toThrow('abort')
  }, 60_000)
})
