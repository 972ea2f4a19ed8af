import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Run, Spec } from '../../src/contract/runs'
import { openMethodBench, type MethodBench } from '../fixtures/method-bench'

let bench: MethodBench
beforeAll(async () => { bench = await openMethodBench() })
afterAll(() => bench.remove())

/** A rate that rises until nothing holds it: the first epochs learn, a later one goes wrong. */
const rising = (more: Partial<Spec['training']> = {}): Spec => {
  const spec = bench.specFor('scratch', { epochs: 30, learningRate: 30, warmupEpochs: 30, clipNorm: 0, ...more })
  return { ...spec, chosen: { learningRate: { en: 'Chosen.', zh: '所选。' } } }
}
const textsOf = (run: Run): string[] => run.notes.map(({ en }) => en)

it('a training that goes wrong goes back to its best epoch until then and on at a tenth of the rate, told in record and log', async () => {
  const run = await bench.run(rising())
  console.log(JSON.stringify(run.rescues), run.state, run.error, run.chosen, textsOf(run))
})
