import * as tf from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Run, Spec } from '../../src/contract/runs'
import { methods } from '../../src/engine/methods'
import { compareRuns } from '../../src/library/comparison/compare'
import { plannedSteps } from '../../src/rules/studies/steps'
import { openMethodBench, type MethodBench } from '../fixtures/method-bench'

let bench: MethodBench
let openDataset: MethodBench['library']['datasets']['open']
let { source, companion, residual, specFor, runInTwoParts, steps, losses, weights } = {} as MethodBench

beforeAll(async () => {
  bench = await openMethodBench();
  ({ source, companion, residual, specFor, runInTwoParts, steps, losses, weights } = bench)
  openDataset = bench.library.datasets.open.bind(bench.library.datasets)
})
afterEach(() => bench.forgetRuns())
afterAll(() => bench.remove())

/**
 * What falls while a method learns, each epoch's mean over the same images: its total, or the task alone where an adversary
 * works against it. Of the last stage that says so.
 */
const learning = async (run: Run): Promise<number[]> => {
  const all = await steps(run)
  const contested = all.some(({ losses: terms }) => 'domain' in terms || 'discriminator' in terms)
  const told = all.flatMap(({ stage, epoch, losses: { total, task } }) => {
    const value = contested ? task : total
    return value === undefined ? [] : [{ stage, epoch, value }]
  })
  const ofStage = told.filter(({ stage }) => stage === told.at(-1)?.stage)
  return [...new Set(ofStage.map(({ epoch }) => epoch))].map((epoch) => {
    const values = ofStage.filter((step) => step.epoch === epoch).map(({ value }) => value)
    return values.reduce((sum, value) => sum + value, 0) / values.length
  })
}

/** Methods that draw nothing: saved weights go in, and what comes out follows from them. */
const withoutChance = ['ensemble', 'uniform-soup', 'greedy-soup']

/**
 * A target whose labels throw when they are read before the vault is open, but for what the spec grants. Where the target
 * is one domain of its data set, the labels of the others are the source's.
 */
function lockTarget({ target }: Spec): { open(): void, remove(): void, reads: string[] } {
  const { datasets } = bench.library
  const reads: string[] = []
  let isOpen = false
  const spy = vi.spyOn(datasets, 'open').mockImplementation(async (id) => {
    const reader = await openDataset(id)
    if (id !== target.dataset) return reader
    const readLabels = reader.readLabels.bind(reader)
    const domain = reader.dataset.domains?.indexOf(target.domain ?? '')
    reader.readLabels = async (split, positions) => {
      const targets = target.domain === undefined || (await reader.readDomains(split, positions)).some((found) => found === domain)
      if (!isOpen && targets && (target.labels === 'none' || split === 'test')) throw new Error(`labels of ${split} were read during training`)
      if (targets) reads.push(split)
      return readLabels(split, positions)
    }
    return reader
  })
  return { open: () => { isOpen = true }, remove: () => { spy.mockRestore() }, reads }
}

describe.each(methods.map((method) => method.id))('%s', (id) => {
  it('lowers its loss, ends in done and is scored on the test images', async () => {
    const spec = specFor(id, { epochs: 8, learningRate: 0.003 })
    const run = await bench.run(spec)
    expect(run.error).toBeUndefined()
    expect(run.state).toBe('done')
    const [target, sourceData] = await Promise.all([spec.target.dataset, spec.source.dataset]
      .map((dataset) => dataset === undefined ? undefined : bench.library.datasets.get(dataset)))
    const summary = bench.engine.catalogue().methods.find((method) => method.id === id)!
    // A control takes the steps that are planned for its candidate: every method has to say how many these are.
    expect(run.steps).toBe(plannedSteps(spec, summary, { target: target!, sourceClasses: target!.classes, ...(sourceData && { sourceData }) }))
    const named = [...new Set((await steps(run)).flatMap((step) => Object.keys(step.losses)))].filter((name) => name !== 'total')
    const { losses: words = {} } = methods.find((method) => method.id === id)!
    expect(named.filter((name) => words[name] === undefined), 'losses without words for the chart, `losses` in the method\'s file').toEqual([])
    const series = await learning(run)
    if (series.length > 1) expect(series.at(-1)!).toBeLessThan(series[0]!)
    expect(run.metrics.test).toMatchObject({ n: 48 })
    expect(run.metrics.test!.perClass.map((entry) => entry.class)).toEqual(['left', 'right', 'both'])
  })

  it('gives the same numbers for the same seed, and others for another', async () => {
    const [first, second, other] = [await bench.run(specFor(id)), await bench.run(specFor(id)), await bench.run(specFor(id, { seed: 2 }))]
    expect(await losses(second)).toEqual(await losses(first))
    expect((await weights(second)).equals(await weights(first))).toBe(true)
    expect((await weights(other)).equals(await weights(first))).toBe(withoutChance.includes(id))
  })

  it('resumes to the numbers of an uninterrupted run, bit for bit', async () => {
    // Three epochs whose last batch is smaller; the steps as functions, which is how nearly every training takes them.
    const training = {
      epochs: 3, batchSize: 18, optimizer: 'adam', learningRate: 0.001, augmentation: 'flip-shift', schedule: 'cosine', clipNorm: 5, functions: true
    }
    const spec = id === 'linear-probe' ? { ...training, augmentation: 'none' } : training
    const whole = await bench.run(specFor(id, spec))
    const parted = await runInTwoParts(specFor(id, spec), (await losses(whole)).length > 0 ? 8 : 0)
    expect(parted.state).toBe('done')
    expect(await losses(parted)).toEqual(await losses(whole))
    expect((await weights(parted)).equals(await weights(whole))).toBe(true)
    expect(parted.metrics).toEqual(whole.metrics)
    expect([parted.chosen, parted.selection, parted.notes, parted.computation]).toEqual([whole.chosen, whole.selection, whole.notes, whole.computation])
  })

  it('never gets a target label it was not granted', async () => {
    const spec = specFor(id)
    const vault = lockTarget(spec)
    try {
      const run = await bench.run(spec, { onProgress: ({ phase }) => { if (phase === 'testing') vault.open() } })
      expect(run.error).toBeUndefined()
      expect(vault.reads, 'the final evaluation reads them').toContain('test')
    } finally {
      vault.remove()
    }
  })

  it('leaves no tensor behind', async () => {
    await bench.run(specFor(id))
    const before = tf.memory().numTensors
    await bench.run(specFor(id))
    expect(tf.memory().numTensors).toBe(before)
  })
})

it('an optimiser that begins anew takes its first step at full size again, also after a resume', async () => {
  const specOf = (anew: boolean): Spec => {
    const spec = specFor('vrex', { epochs: 4, optimizer: 'adam', learningRate: 0.001 })
    return { ...spec, method: { id: 'vrex', params: { annealSteps: 4, weight: 1, anew } } }
  }
  const [kept, anew] = [await losses(await bench.run(specOf(false))), await losses(await bench.run(specOf(true)))]
  // The weight stays 1, so that the loss is the same one throughout: only the optimiser is another from the fifth step on.
  expect(anew.slice(0, 5)).toEqual(kept.slice(0, 5))
  expect(anew[5]).not.toBe(kept[5])
  for (const stop of [3, 5]) expect(await losses(await runInTwoParts(specOf(true), stop))).toEqual(anew)
})

it('AdaBN takes its statistics of the images as they are, whatever augmentation the spec names', async () => {
  const [plain, augmented] = [await bench.run(specFor('adabn')), await bench.run(specFor('adabn', { augmentation: 'flip-shift' }))]
  expect((await weights(augmented)).equals(await weights(plain))).toBe(true)
  expect((await weights(plain)).equals(await weights(residual))).toBe(false)
})

describe('a run in two stages', () => {
  it.each(['rotation', 'simclr', 'masked-image'])('%s lowers the loss of its pretext', async (id) => {
    const spec = specFor(id, { learningRate: 0.003, optimizer: 'adam' })
    const params = { ...spec.method.params, pretextEpochs: 8, ...(id === 'simclr' && { smallestCrop: 0.5, colour: 0, pretextEpochs: 24 }) }
    const run = await bench.run({ ...spec, method: { id, params } })
    const pretext = (await bench.library.runs.readMetrics(run.id)).filter((metric) => metric.kind === 'epoch' && metric.stage === 0)
    const values = pretext.map((metric) => metric.kind === 'epoch' ? metric.train.loss : Number.NaN)
    expect(values.at(-1)).toBeLessThan(values[0]! * 0.95)
  })

  it('resumes in the second to the numbers of an uninterrupted one, on features of the pre-trained network', async () => {
    const spec = specFor('rotation', { epochs: 4 })
    const whole = await bench.run(spec)
    const controller = new AbortController()
    const cancelled = await bench.run(spec, {
      signal: controller.signal, onProgress: ({ stage, step }) => { if (stage === 1 && step === 8) controller.abort() }
    })
    expect(cancelled.state).toBe('cancelled')
    const resumed = await bench.engine.train(cancelled.id)
    expect((await steps(resumed)).filter(({ stage }) => stage === 1)).toHaveLength(24)
    expect(await losses(resumed)).toEqual(await losses(whole))
    expect((await weights(resumed)).equals(await weights(whole))).toBe(true)
  })
})

describe('several models in one', () => {
  it('an ensemble answers from its saved files as it did when it was made', async () => {
    const run = await bench.run(specFor('ensemble'))
    const again = await bench.engine.evaluate(`run:${run.id}`, 'bars', 'cpu')
    expect(again.accuracy).toBe(run.metrics.test!.accuracy)
    expect(again.loss).toBeCloseTo(run.metrics.test!.loss, 5)
  })

  it('a greedy soup is no worse on validation than the model that was trained there, and tells the barrier between them', async () => {
    const run = await bench.run(specFor('greedy-soup'))
    expect(run.metrics.validation!.accuracy).toBeGreaterThanOrEqual(companion.metrics.validation!.accuracy)
    expect(run.notes.map(({ en }) => en).join('\n')).toMatch(/Loss barrier on 24 validation images.*highest \d+\.\d{3}/)
    expect(run.notes.map(({ en }) => en).join('\n')).toMatch(/of 2 models went into the soup/)
  })

  it('a soup refuses a model of another architecture before anything starts, and names what differs', async () => {
    const spec = { ...specFor('uniform-soup'), method: { id: 'uniform-soup', params: { models: [`run:${residual.id}`], barrierPoints: 1 } } }
    const problems = await bench.engine.check(spec)
    expect(problems).toMatchObject([{ code: 'models-unlike', field: 'method.params.models' }])
    expect(problems[0]!.message.en).toContain('architecture is resnet-20, not seed-cnn')
    const run = await bench.run(spec)
    expect(run).toMatchObject({ state: 'failed', error: { code: 'models-unlike' } })
    expect(run.error!.message.en).toContain('differ in architecture')
  })
})

describe('leaving one domain out', () => {
  const leaving = (domain: string, seed = 1) => bench.run(bench.spec({
    method: 'erm', source: { model: 'arch:seed-cnn', dataset: 'bars-domains' },
    target: { dataset: 'bars-domains', domain, labels: 'none' }, training: { epochs: 1, seed }
  }))

  it('tests on that domain alone, and pairs only runs that left out the same', async () => {
    const [dim, again, upright] = [await leaving('dim'), await leaving('dim', 2), await leaving('upright')]
    expect([dim.error, again.error, upright.error]).toEqual([undefined, undefined, undefined])
    expect([dim, upright].map((run) => run.metrics.test!.n)).toEqual([48, 24])
    // Eight images of each of two domains a step, until the larger one, of 60, is through: 7 whole steps.
    expect([(await steps(dim)).length, (await steps(upright)).length]).toEqual([7, 7])
    const { differences } = await compareRuns(bench.library, [dim.id, again.id, upright.id])
    expect(differences[0]!.interval).toBeDefined()
    expect(differences[1]!.verdict).toBe('not-comparable')
  })

  it('chooses the epoch by the other domains\' validation images', async () => {
    const run = await leaving('dim')
    expect(run.chosen).toMatchObject({ score: 'source-validation', epoch: 1 })
    // What it looked at without labels is the target's, and the vault told afterwards what that would have been worth.
    expect(run.selection!.images).toEqual({ split: 'validation', n: 12 })
  })

  /** What is told of a run, but that a network as young as these finds the classes of the unseen domain in other shares, or one alone. */
  const notesOf = (run: Run): string[] => run.notes!.map(({ en }) => en).filter((note) => !/other shares|have probably collapsed/.test(note))

  it.each(['irm', 'vrex'])('%s keeps none of the plain epochs before its penalty, however good, and the record agrees', async (method) => {
    const spec = bench.spec({
      method, params: { annealSteps: 21, weight: 1_000_000 }, source: { model: `run:${source.id}`, dataset: 'bars-domains' },
      target: { dataset: 'bars-domains', domain: 'dim', labels: 'none' },
      training: { epochs: 4, optimizer: 'adam', learningRate: 0.003, earlyStopping: 1 }
    })
    const run = await bench.run(spec)
    expect([run.error, notesOf(run)]).toEqual([undefined, []])
    const epochs = (await bench.library.runs.readMetrics(run.id)).filter((metric) => metric.kind === 'epoch')
    // Seven steps an epoch: the third ends as the penalty joins. An earlier one was better, or as good with less loss.
    const rank = (epoch: number) => epochs[epoch - 1]!.scores!['source-validation']! - epochs[epoch - 1]!.sourceLoss! / 1e6
    expect(Math.max(rank(1), rank(2), rank(3))).toBeGreaterThan(rank(4))
    expect(run.chosen!.epoch).toBe(4)
    const { choices, epoch } = run.selection!
    expect([epoch, ...choices.map((choice) => choice.epoch)]).toEqual([4, ...choices.map(() => 4)])
  })

  it('chooses from all epochs, and says so, where the penalty never joins', async () => {
    const run = await bench.run(bench.spec({
      method: 'irm', params: { annealSteps: 14 }, source: { model: 'arch:seed-cnn', dataset: 'bars-domains' },
      target: { dataset: 'bars-domains', domain: 'dim', labels: 'none' }, training: { epochs: 2 }
    }))
    expect(notesOf(run)).toEqual([expect.stringContaining('14 steps, and the penalty joins after 14')])
    expect(run.selection!.choices.find(({ score }) => score === 'source-validation')!.epoch).toBe(run.chosen!.epoch)
  })
})

describe('the loop', () => {
  it('stops with a reason when the loss is no longer a number', async () => {
    const run = await bench.run(specFor('scratch', { learningRate: 10, epochs: 20 }))
    expect(run.state).toBe('failed')
    expect(run.error).toMatchObject({ code: 'diverged', field: 'training.learningRate' })
  })

  it('ends after the epoch under way when asked to, and is done', async () => {
    const controller = new AbortController()
    const run = await bench.run(specFor('scratch', { epochs: 50 }), {
      stopAfterEpoch: controller.signal, onProgress: ({ step }) => { if (step === 2) controller.abort() }
    })
    expect(run).toMatchObject({ state: 'done', epochs: 1 })
    expect(run.notes.map(({ en }) => en)).toContainEqual(expect.stringContaining('ended early by request'))
    expect(run.metrics.test).toBeDefined()
  })

  it('keeps the epoch that validation chose', async () => {
    const run = await bench.run(specFor('scratch', { epochs: 4 }))
    const epochs = (await bench.library.runs.readMetrics(run.id)).filter((metric) => metric.kind === 'epoch')
    const best = Math.max(...epochs.map((epoch) => epoch.validation!.accuracy))
    expect(run.chosen!.value).toBe(best)
    expect(run.metrics.validation!.accuracy).toBeCloseTo(best, 10)
  })

  it('stops early once validation no longer improves', async () => {
    const run = await bench.run(specFor('scratch', { epochs: 60, earlyStopping: 2, learningRate: 0.03 }))
    expect(run.state).toBe('done')
    expect(run.epochs).toBeLessThan(60)
    expect(run.epochs).toBe(run.chosen!.epoch + 2)
  })

  it('chooses the epoch with no more validation labels than the spec grants', async () => {
    const chosenWith = async (validationLabels?: Spec['target']['validationLabels']) => (await bench.run(bench.spec({
      method: 'scratch', target: { labels: { perClass: 4 }, ...(validationLabels && { validationLabels }) }, training: { epochs: 1 }
    }))).metrics.validation
    expect((await chosenWith({ perClass: 4 }))!.perClass.map(({ n }) => n)).toEqual([4, 4, 4])
    // More than there are is all there are, as it is where a record of an earlier version says nothing.
    expect((await chosenWith({ perClass: 100 }))!.n).toBe(24)
    expect((await chosenWith())!.n).toBe(24)
  })

  it('trains with few labels a class and says where they are too few', async () => {
    const run = await bench.run(bench.spec({ method: 'scratch', target: { labels: { perClass: 4 } } }))
    expect(run.state).toBe('done')
    expect(await steps(run)).toHaveLength(2)
    const refused = await bench.run(bench.spec({ method: 'scratch', target: { labels: { perClass: 1000 } } }))
    expect(refused).toMatchObject({ state: 'failed', error: { code: 'too-few-labels' } })
  })
})
