import { access } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run, Spec } from '../../src/contract/runs'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

let bench: Workbench
let source: Run

beforeAll(async () => {
  bench = await openWorkbench()
  source = await bench.run(bench.spec({ method: 'scratch', target: { dataset: 'bars-inverted' }, training: { epochs: 6, learningRate: 0.02 } }))
})
afterAll(() => bench.remove())

const onSource = (method: string, params: Spec['method']['params'] = {}) =>
  bench.run(bench.spec({ method, params, source: { model: `run:${source.id}` } }))
const has = (run: Run, file: string) => access(join(bench.library.runs.paths(run.id).model, file)).then(() => true, () => false)

describe.each([
  ['logistic-regression', {}], ['svm', {}], ['svm', { kernel: 'linear' }], ['k-nearest', {}], ['k-nearest', { weights: 'distance' }],
  ['random-forest', { trees: 20 }]
] as const)('%s %j', (method, params) => {
  it('learns from block features and from pixels', async () => {
    const looks: Spec['method']['params'][] = [{}, { block: ['block3'], average: false }, { features: 'pixels' }]
    for (const more of looks) {
      const run = await onSource(method, { ...params, ...more })
      expect(run.error).toBeUndefined()
      expect(run.metrics.test!.accuracy, JSON.stringify(more)).toBeGreaterThan(0.6)
      expect(run.metrics.test!.loss).toBeLessThan(1.2)
    }
  })

  it('answers after it is opened again as it did', async () => {
    const run = await onSource(method, params)
    const before = tf.memory().numTensors
    // What a threshold turns away is counted at the end of a run alone.
    const { noneOfThese: _, ...score } = run.metrics.test!
    expect(await bench.engine.evaluate(`run:${run.id}`, 'bars', 'cpu')).toEqual(score)
    expect(tf.memory().numTensors).toBe(before)
    const picture = join(bench.library.dataDir, 'picture.png')
    await sharp({ create: { width: 16, height: 16, channels: 3, background: '#404040' } }).png().toFile(picture)
    const { predictions: [prediction], notes } = await bench.engine.predict(`run:${run.id}`, [picture], { device: 'cpu', gradCam: true })
    expect(notes[0]!.en, 'a forest has no gradients').toContain('No heat map')
    const sum = 'classes' in prediction! ? prediction.classes.reduce((total, { probability }) => total + probability, 0) : 0
    expect(sum).toBeCloseTo(1, 4)
    expect((await bench.library.models.get(`run:${run.id}`)).classifier).toMatchObject({ kind: method })
    expect(await has(run, 'model.json'), 'a LayersModel would hold a head that never learned').toBe(false)
  })
})

describe('a classifier', () => {
  it('cannot be the source of another transfer', async () => {
    const forest = await onSource('random-forest', { trees: 2 })
    const run = await bench.run(bench.spec({ method: 'fine-tuning', source: { model: `run:${forest.id}` } }))
    expect(run).toMatchObject({ state: 'failed', error: { code: 'classifier-not-network', field: 'source.model' } })
  })

  it('stops when cancelled, and fits from the start when resumed', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const spec = bench.spec({ method: 'random-forest', params: { trees: 50 }, source: { model: `run:${source.id}` } })
    const cancelled = await bench.run(spec, {
      signal: controller.signal,
      onProgress: ({ phase, step, steps }) => {
        if (phase !== 'training') return
        seen.push(step / steps)
        if (step >= 55 && steps === 100) controller.abort()
      }
    })
    expect(cancelled.state).toBe('cancelled')
    expect(Math.max(...seen.filter(Number.isFinite))).toBeLessThan(0.6)
    const whole = await bench.run(spec)
    expect((await bench.engine.train(cancelled.id)).metrics).toEqual(whole.metrics)
  })

  it('says that the features of a fresh architecture are random', async () => {
    const run = await bench.run(bench.spec({ method: 'k-nearest' }))
    expect(run.notes.map(({ en }) => en).join()).toContain('random weights')
  })
})
