import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run, Spec } from '../../src/contract/runs'
import { methods } from '../../src/engine/methods'
import { openModel } from '../../src/engine/models/open'
import { runRef } from '../../src/rules/refs'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

let bench: Workbench
/** With batch normalisation. */
let residual: Run
let plain: Run

beforeAll(async () => {
  bench = await openWorkbench()
  residual = await bench.run(bench.spec({
    method: 'scratch', source: { model: 'arch:resnet-20' }, target: { dataset: 'bars-inverted' }, training: { epochs: 1 }
  }))
  plain = await bench.run(bench.spec({ method: 'scratch', target: { dataset: 'bars-inverted' }, training: { epochs: 1 } }))
})
afterAll(() => bench.remove())

const choicesOf = (id: string): string[] => {
  const parameter = methods.find((method) => method.id === id)!.parameters['trainedBlocks']
  return parameter?.kind === 'choice' ? parameter.options.map(({ value }) => value).filter((value) => value !== 'all') : []
}
const cases = methods.flatMap(({ id }) => choicesOf(id).map((trained) => [id, trained] as const))

function specFor(id: string, trainedBlocks: string, source: Run, training: Record<string, unknown> = {}): Spec {
  const { needs } = methods.find((method) => method.id === id)!
  return bench.spec({
    method: id, params: { trainedBlocks },
    source: { model: runRef(source.id), ...(needs.sourceData && { dataset: needs.domains ? 'bars-domains' : 'bars-inverted' }) },
    target: { labels: needs.targetLabels === 'none' ? 'none' : 'all', ...(needs.domains && { dataset: 'bars-domains', domain: 'dim' }) },
    training: { epochs: 1, epochSteps: 2, keepBest: false, ...training }
  })
}

/** Every number of a saved model, by block and weight. */
async function numbersOf(run: Run): Promise<{ blocks: string[], of(block: string): string }> {
  const network = await openModel(bench.library, runRef(run.id))
  const values = new Map(network.blockNames.concat('head').map((block) =>
    [block, JSON.stringify([...network.weightsOf(block)].map(([name, variable]) => [name, [...variable.dataSync()]]))]))
  const blocks = network.blockNames
  network.dispose()
  return { blocks, of: (block) => values.get(block)! }
}

const firstLoss = async (run: Run): Promise<number> => {
  const [step] = (await bench.library.runs.readMetrics(run.id)).filter((metric) => metric.kind === 'step')
  return step!.losses.total!
}

describe('a backbone that is not trained', () => {
  it('can be asked of the methods that learn something without it', () => {
    expect(new Set(cases.filter(([, trained]) => trained === 'none').map(([id]) => id))).toEqual(
      new Set(['source-only', 'target-supervised', 'jan', 'cdan', 'mcc', 'erm', 'irm', 'vrex', 'group-dro', 'mixup'])
    )
    // What works by moving features moves those of the last block at least.
    for (const id of ['dann', 'dan', 'ddc', 'deep-coral', 'mcd', 'mdd', 'domain-coral']) expect(choicesOf(id)).toEqual(['last'])
  })

  it.each(cases)('%s, %s trained: the others stay bit by bit as they were, batch statistics too; the head learns', async (id, trained) => {
    const run = await bench.run(specFor(id, trained, residual))
    expect(run.error).toBeUndefined()
    expect(run.state).toBe('done')
    const [before, after] = [await numbersOf(residual), await numbersOf(run)]
    const changed = before.blocks.filter((block) => before.of(block) !== after.of(block))
    expect(changed).toEqual(trained === 'none' ? [] : before.blocks.slice(-1))
    expect(after.of('head')).not.toBe(before.of('head'))
  })

  it.each(['erm', 'mcc', 'jan', 'source-only'])('is seen once and gives %s the loss that its images give', async (id) => {
    const [fixed, whole] = [await bench.run(specFor(id, 'none', plain)), await bench.run(specFor(id, 'all', plain))]
    // Before the first step both are the same network over the same batch.
    expect(await firstLoss(fixed)).toBeCloseTo(await firstLoss(whole), 4)
  })

  it('goes on from a cancel to the same numbers', async () => {
    const spec = specFor('erm', 'none', residual, { epochs: 2 })
    const whole = await bench.run(spec)
    const controller = new AbortController()
    const cancelled = await bench.run(spec, {
      signal: controller.signal, onProgress: ({ phase, step }) => { if (phase === 'training' && step === 3) controller.abort() }
    })
    expect(cancelled.state).toBe('cancelled')
    const resumed = await bench.engine.train(cancelled.id)
    expect((await numbersOf(resumed)).of('head')).toBe((await numbersOf(whole)).of('head'))
  })

  it('is refused over fresh weights, which would stay noise', async () => {
    const problems = (await bench.engine.check({ ...specFor('erm', 'none', plain), source: { model: 'arch:seed-cnn', dataset: 'bars-domains' } })).map(({ code, field }) => `${code} ${field}`)
    expect(problems).toContain('needs-source-model method.params.trainedBlocks')
  })
})
