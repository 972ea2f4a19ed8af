import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Spec } from '../../src/contract/runs'
import { sharedData } from '../../src/library/testing'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

const models = sharedData('models')
let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench()
  if (!models) return
  const path = join(models, 'mobilenet-v1-224-tfjs')
  await bench.engine.importModel({ path, id: 'mobilenet', size: [128, 128] })
  await bench.engine.importModel({ path, id: 'mobilenet-224' })
}, 120_000)
afterAll(() => bench.remove())

const from = (model: string, method: string, params: Spec['method']['params'] = {}, training: Record<string, unknown> = {}) =>
  bench.run(bench.spec({ method, params, source: { model: `model:${model}` }, target: { labels: { perClass: 16 } }, training: { epochs: 1, augmentation: 'none', ...training } }))

describe.skipIf(!models)('a backbone that came without a head', () => {
  it.each([['mobilenet', 'linear-probe', { epochs: 20, learningRate: 0.05 }], ['mobilenet-224', 'linear-probe', { epochs: 20, learningRate: 0.05 }],
    ['mobilenet', 'logistic-regression', {}], ['mobilenet', 'svm', {}], ['mobilenet', 'random-forest', {}], ['mobilenet', 'k-nearest', {}],
    ['mobilenet', 'fine-tuning', { epochs: 3 }]
  ] as const)('%s is a source for %s', async (model, method, training) => {
    const run = await from(model, method, {}, training)
    expect(run.error).toBeUndefined()
    expect(run.state).toBe('done')
    // Three classes: 0.33 is chance.
    expect(run.metrics.test!.accuracy).toBeGreaterThan(0.5)
  }, 300_000)

  it('does not answer by itself, and says why', async () => {
    await expect(bench.engine.evaluate('model:mobilenet', 'bars', 'cpu')).rejects.toMatchObject({ code: 'model-without-head' })
    await expect(bench.engine.predict('model:mobilenet', [], { device: 'cpu' })).rejects.toMatchObject({ code: 'model-without-head' })
  })
})
