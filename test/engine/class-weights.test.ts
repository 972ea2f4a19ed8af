import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../src/contract/runs'
import { methods } from '../../src/engine/methods'
import { DatasetWriter } from '../../src/library/datasets/writer'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

let bench: Workbench
let source: Run

/** Two classes at 5:1 in either of two domains: one is bright, the other dark, with the position as noise. */
async function write(id: string): Promise<void> {
  const writer = await DatasetWriter.create(bench.library.datasets.folder, id, [16, 16, 3])
  for (const [split, count] of [['train', 60], ['validation', 24], ['test', 24]] as const) {
    const labels = Int32Array.from({ length: count }, (_, image) => image % 6 === 0 ? 1 : 0)
    const images = Uint8Array.from({ length: count * 768 }, (_, at) => 80 + labels[Math.floor(at / 768)]! * 60 + (at * 7 + Math.floor(at / 768) * 13) % 40)
    await writer.append({ split, images, labels, domains: Int32Array.from(labels, (_, image) => Math.floor(image / 6) % 3) })
  }
  await writer.finish({
    name: id, classes: ['many', 'few'], domains: ['a', 'b', 'c'], validation: 0, test: 0, seed: 1, provenance: { format: 'synthetic', origin: 'test' }
  })
}

beforeAll(async () => {
  bench = await openWorkbench()
  await write('uneven')
  await write('uneven-too')
  source = await bench.run(bench.spec({ method: 'scratch', target: { dataset: 'uneven' }, training: { epochs: 1 } }))
})
afterAll(() => bench.remove())

async function firstLosses(id: string, classBalance: string): Promise<Record<string, number>> {
  const { needs } = methods.find((method) => method.id === id)!
  const run = await bench.run(bench.spec({
    method: id,
    source: { model: `run:${source.id}`, ...(needs.sourceData && { dataset: 'uneven' }) },
    target: {
      dataset: needs.domains ? 'uneven' : needs.sourceData ? 'uneven-too' : 'uneven', labels: needs.targetLabels === 'none' ? 'none' : 'all',
      ...(needs.domains && { domain: 'c' })
    },
    training: { epochs: 1, epochSteps: 2, classBalance }
  }))
  expect(run.error).toBeUndefined()
  const [step] = (await bench.library.runs.readMetrics(run.id)).filter((metric) => metric.kind === 'step')
  return step!.losses
}

/** One of each way to a loss over labelled images; the others go through the same stages. */
const weighing = ['fine-tuning', 'lora', 'linear-probe', 'delta', 'dann', 'mcd', 'adda', 'source-only', 'erm', 'vrex']

describe('classes that are weighted in the loss', () => {
  it('are what every method that says so has', () => {
    for (const id of weighing) expect(methods.find((method) => method.id === id)!.recipe?.classWeights).toBe(true)
  })

  it.each(weighing)('%s: a rare class counts more, in the same batches', async (id) => {
    const [plain, weighted] = [await firstLosses(id, 'none'), await firstLosses(id, 'weights')]
    const name = 'task' in plain ? 'task' : 'total'
    expect(Number.isFinite(weighted[name])).toBe(true)
    expect(weighted[name]).not.toBeCloseTo(plain[name]!, 4)
  })
})
