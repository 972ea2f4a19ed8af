import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adviceSchema, raceSchema, type AdviceWanted } from '../../src/contract/advice'
import type { SplitName } from '../../src/contract/datasets'
import { createEngine, type Engine } from '../../src/engine'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { saveModel } from '../../src/engine/interchange/tfjs/model-folder'
import { summaryOfNetwork } from '../../src/engine/models/open'
import { Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary, type Library } from '../../src/library'
import { installSamples } from '../../src/library/datasets/samples'

const folder = mkdtempSync(join(tmpdir(), 'graft-advise-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let library: Library
let engine: Engine
/** What was read of the data, as split and kind. */
const read: string[] = []

beforeAll(async () => {
  // The cache must be empty, and set-up's runtime lies in the usual one: WebAssembly needs none.
  await openBackend('wasm', { cacheDir: join(folder, 'cache') })
  library = openLibrary(join(folder, 'data'))
  await installSamples(library, join(__dirname, '..', '..', 'resources', 'samples'))
  const digits = await library.datasets.get('digits')
  // Fresh weights, kept as if they had been brought: even those see enough to tell digits apart.
  const network = Network.create(definitionOf(architectureOf('seed-cnn'), [32, 32, 3], digits.classes), 3)
  await saveModel(network, library.models.folder('model:net'), summaryOfNetwork(network, 'model:net', 'Net'))
  network.dispose()
  const { datasets } = library
  const open = datasets.open.bind(datasets)
  datasets.open = async (id) => {
    const reader = await open(id)
    for (const verb of ['readImages', 'readLabels'] as const) {
      const original = reader[verb].bind(reader) as (split: SplitName, ...rest: unknown[]) => Promise<unknown>
      Object.assign(reader, { [verb]: (split: SplitName, ...rest: unknown[]) => {
        read.push(`${verb} ${split}`)
        return original(split, ...rest)
      } })
    }
    return reader
  }
  engine = createEngine({ library, cacheDir: join(folder, 'cache') })
})

const wanted = (labels: AdviceWanted['target']['labels']): AdviceWanted =>
  ({ source: 'model:net', target: { dataset: 'digits', labels }, device: 'wasm' })

describe('advice', () => {
  it('comes of granted labels and training images alone, the same each time, and quicker the second', async () => {
    read.length = 0
    const before = tf.memory().numTensors
    const phases = new Set<string>()
    const first = await engine.advise(wanted({ perClass: 10 }), { onProgress: (phase) => phases.add(phase) })
    expect(tf.memory().numTensors).toBe(before)
    expect(adviceSchema.parse(JSON.parse(JSON.stringify(first)))).toEqual(JSON.parse(JSON.stringify(first)))
    expect([...phases]).toEqual(expect.arrayContaining(['starting', 'loading', 'features', 'scores', 'probe']))
    expect([...new Set(read)].sort()).toEqual(['readImages train', 'readLabels train'])
    const { evidence } = first
    expect(evidence).toMatchObject({ labelled: 100, labelsPerClass: 10, looked: 100, sourceKind: 'imported', sameClasses: true })
    expect(evidence.scores.map(({ id, source }) => [id, source !== undefined])).toEqual([
      ['k-nearest', true], ['logme', true], ['leep', true], ['nce', true], ['h-score', expect.any(Boolean)], ['transrate', true]
    ])
    expect(evidence.scores[0]!.source!.value).toBeGreaterThan(0.4)
    expect(evidence.crossValidated!.value).toBeGreaterThan(0.4)
    expect(evidence.pace!.training).toBeGreaterThan(0)

    const second = await engine.advise(wanted({ perClass: 10 }))
    expect([first.cached, second.cached]).toEqual([false, true])
    expect(second.evidence).toEqual(evidence)
    expect(second.seconds).toBeLessThan(first.seconds)
  })

  it('tries once how fast a network trains here, on training images alone, and a training goes by the same figure', async () => {
    read.length = 0
    const { evidence } = (await engine.advise(wanted({ perClass: 10 })))
    const kept = await engine.measurePace({ source: 'arch:seed-cnn', target: 'digits', device: 'wasm' })
    expect(kept).toMatchObject({ network: 'arch:seed-cnn', input: [32, 32, 3], device: 'wasm', pace: evidence.pace })
    read.length = 0
    const before = tf.memory().numTensors
    const other = await engine.measurePace({ source: 'arch:mlp-83', target: 'digits', device: 'wasm' })
    expect(other.pace.training).toBeGreaterThan(0)
    expect(other.pace).not.toEqual(kept.pace)
    expect(tf.memory().numTensors).toBe(before)
    expect([...new Set(read)]).toEqual(['readImages train'])
    read.length = 0
    expect(await engine.measurePace({ source: 'arch:mlp-83', target: 'digits', device: 'wasm' })).toEqual(other)
    expect(read).toEqual([])
  })

  it('reads no label where none is granted', async () => {
    read.length = 0
    const { evidence } = await engine.advise(wanted('none'))
    expect(read.filter((each) => each.startsWith('readLabels'))).toEqual([])
    expect(evidence).toMatchObject({ labelled: 0, labelsPerClass: 0, scores: [] })
    expect(evidence.unlabelled!.of).toBe(10)
  })

  it('ends at once when cancelled, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors
    const cancel = new AbortController()
    await expect(engine.advise(wanted('all'), { signal: cancel.signal, onProgress: (phase) => { if (phase === 'features') cancel.abort() } })).rejects.toThrow()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('says which data set is not there', async () => {
    await expect(engine.advise({ ...wanted('all'), target: { dataset: 'nothing', labels: 'all' } })).rejects.toMatchObject({ code: 'dataset-not-found' })
  })
})

describe('a race', () => {
  it('trains ordinary runs, goes on with those that validation puts first, and says who won', async () => {
    const rounds = new Set<number>()
    const before = new Set((await library.runs.list()).runs.map(({ id }) => id))
    const race = await engine.race({ ...wanted({ perClass: 5 }), minutes: 1 }, { onProgress: ({ round }) => { if (round !== undefined) rounds.add(round) } })
    expect(raceSchema.parse(JSON.parse(JSON.stringify(race)))).toEqual(JSON.parse(JSON.stringify(race)))
    expect(race.by).toBe('validation')
    // Few labels choose with few: five validation images of each of ten classes.
    expect(race.images).toBe(50)
    expect(rounds.has(1)).toBe(true)
    const raced = race.entrants.flatMap(({ runs }) => runs)
    const kept = (await library.runs.list()).runs.filter(({ id }) => !before.has(id))
    expect(kept.map(({ id }) => id).sort()).toEqual(raced.map(({ id }) => id).sort())
    expect(kept.every(({ state, notes }) => state === 'done' && notes.some(({ en }) => en.includes('of a race')))).toBe(true)
    // Their record and the race say the same, and the best by validation has won, whatever the test says.
    for (const { id, value } of raced) expect(kept.find((run) => run.id === id)!.metrics.validation!.accuracy).toBe(value)
    const winner = race.entrants[0]!
    expect(race.winner).toMatchObject({ method: winner.method, value: Math.max(...winner.runs.map(({ value }) => value!)) })
    expect(race.seconds).toBeLessThan(150)
  }, 240_000)

  it('ends when cancelled; the run under way is kept as cancelled', async () => {
    const before = new Set((await library.runs.list()).runs.map(({ id }) => id))
    const cancel = new AbortController()
    await expect(engine.race({ ...wanted({ perClass: 5 }), minutes: 1 }, {
      signal: cancel.signal, onProgress: ({ phase }) => { if (phase === 'racing') cancel.abort() }
    })).rejects.toThrow()
    expect((await library.runs.list()).runs.filter(({ id }) => !before.has(id)).map(({ state }) => state)).toEqual(['cancelled'])
  }, 120_000)
})
