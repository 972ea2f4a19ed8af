import { describe, expect, it } from 'vitest'
import { runSchema, type EpochMetric, type Run, type Score } from '../../contract/runs'
import { dataset, spec } from '../specs/testing'
import { suggestNext, type Ended } from './suggest'

/** A score from counts of true and predicted class. */
function score(confusion: number[][]): Score {
  const n = confusion.flat().reduce((sum, count) => sum + count, 0)
  return {
    n, loss: 1, confusion, accuracy: confusion.reduce((sum, row, truth) => sum + row[truth]!, 0) / n,
    perClass: confusion.map((row, truth) => {
      const images = row.reduce((sum, count) => sum + count, 0)
      return { class: 'abcdef'[truth]!, n: images, accuracy: images === 0 ? null : row[truth]! / images }
    })
  }
}
const run = (test: Score, change: Partial<Run> = {}): Run => runSchema.parse({
  schemaVersion: 1, id: 'one', name: 'One', state: 'done', spec: spec({ source: { model: 'run:before' }, method: { id: 'fine-tuning', params: {} } }),
  createdAt: '2026-01-01T00:00:00.000Z', names: { source: '', target: '', method: 'Method' }, epochs: 4, seconds: 1, versions: {}, dataHashes: {}, notes: [],
  metrics: { test }, ...change
})
const epoch = (number: number, trained: number, validated: number): EpochMetric => ({
  kind: 'epoch', stage: 0, epoch: number, step: number, seconds: number, train: { loss: 1, accuracy: trained }, validation: { loss: 1, accuracy: validated }
})
const ids = (change: Partial<Ended> & { run: Run }): string[] => suggestNext({ epochs: [], runs: [], ...change }).map(({ id }) => id)

const good = score([[90, 5, 5], [5, 90, 5], [5, 5, 90]])
const control = run(good, { id: 'twin', spec: spec({ target: spec().target }) })
/** A run with a control that did no better, so that none is missing. */
const beside = [control]

describe('what next', () => {
  it('has nothing to say of a good run with its control, and of one that did not end', () => {
    expect(ids({ run: run(good), runs: beside })).toEqual([])
    expect(ids({ run: run(good, { state: 'cancelled' }) })).toEqual([])
  })

  it('names a control that did better by more than chance, and compares', () => {
    const weak = score([[60, 20, 20], [20, 60, 20], [20, 20, 60]])
    const twin = run(good, { id: 'twin', study: { id: 'study', role: 'scratch' } })
    const [first] = suggestNext({ run: run(weak, { study: { id: 'study', role: 'candidate', twins: { scratch: 'twin' } } }), epochs: [], runs: [twin] })
    expect(first).toMatchObject({ id: 'control-better', action: { kind: 'compare', ids: ['one', 'twin'] } })
    const nearly = run(score([[61, 20, 19], [20, 60, 20], [20, 20, 60]]), { id: 'twin', study: { id: 'study', role: 'scratch' } })
    expect(ids({ run: run(weak, { study: { id: 'study', role: 'candidate', twins: { scratch: 'twin' } } }), runs: [nearly] })).toEqual([])
  })

  it('says that nothing was learned, and tries a smaller step', () => {
    const unlearned = run(score([[34, 33, 33], [33, 34, 33], [33, 33, 34]]), { unlearned: { en: 'It has not learned.', zh: '尚未学会。' } })
    const first = (given: Run) => suggestNext({ run: given, epochs: [epoch(1, 0.4, 0.3)], runs: beside })[0]
    expect(first(unlearned)).toMatchObject({ id: 'not-learned', action: { kind: 'again', learningRate: 0.001 } })
    // After a rescue it already trained at a tenth: the next try is a hundredth, without digits that nobody wrote.
    const rescued = { ...unlearned, rescues: [{ stage: 0, epoch: 1, step: 5, learningRate: 0.01 }] }
    expect(first(rescued)).toMatchObject({ action: { learningRate: 0.0001 } })
  })

  it('does not take source images learned by heart for those of the target, and looks at the last stage alone', () => {
    const tested = score([[75, 20, 5], [5, 75, 20], [20, 5, 75]])
    const series = [1, 2, 3, 4].map((number) => epoch(number, 0.99, 0.8))
    expect(ids({ run: run(tested), epochs: series, runs: beside })).toContain('overfitting')
    const unlabelled = spec({ target: { ...spec().target, labels: 'none' }, source: { model: 'run:before', dataset: 'other' }, method: { id: 'dann', params: {} } })
    expect(ids({ run: run(tested, { spec: unlabelled }), epochs: series, runs: [run(good, { id: 'twin', spec: unlabelled })] })).not.toContain('overfitting')
    const probed = series.map((each) => ({ ...each, train: { loss: 1, accuracy: 0.7 } }))
    const later = probed.map((each) => ({ ...each, stage: 1, train: { loss: 1, accuracy: 0.99 } }))
    const kept = run(tested, { chosen: { epoch: 2, score: 'validation accuracy', value: 0.8 } })
    expect(ids({ run: kept, epochs: [...probed, ...later], runs: beside })).toContain('overfitting')
  })

  it('sees all taken for one class, and a class that is hardly found', () => {
    const all = score([[95, 0, 5], [80, 15, 5], [60, 0, 40]])
    const [first] = suggestNext({ run: run(all), epochs: [], runs: beside })
    expect(first).toMatchObject({ id: 'one-class-takes-all', action: { kind: 'pictures', truth: 1, predicted: 0 } })
    const sunk = score([[95, 0, 5], [2, 95, 3], [48, 47, 5]])
    expect(suggestNext({ run: run(sunk), epochs: [], runs: beside })[0]).toMatchObject({ id: 'class-not-found', action: { kind: 'pictures', truth: 2 } })
  })

  it('names two classes behind a quarter of the mistakes, the worse direction first', () => {
    const pair = score([[100, 0, 0, 1], [0, 80, 20, 0], [1, 10, 89, 0], [1, 0, 1, 98]])
    const [first] = suggestNext({ run: run(pair), epochs: [], runs: beside })
    expect(first).toMatchObject({ id: 'two-confused', action: { kind: 'pictures', truth: 1, predicted: 2 } })
    // 30 of 34 mistakes.
    expect(first!.text.en).toContain('88.2 % of all mistakes (30)')
  })

  it('tells learning by heart from not having finished', () => {
    const middling = score([[60, 20, 20], [20, 60, 20], [20, 20, 60]])
    expect(ids({ run: run(middling), epochs: [epoch(1, 0.99, 0.6)], runs: beside })).toEqual(['overfitting'])
    const rising = [1, 2, 3, 4, 5].map((number) => epoch(number, 0.1 * number, 0.12 * number))
    const [first] = suggestNext({ run: run(middling, { chosen: { epoch: 5, score: 'validation', value: 0.6 } }), epochs: rising, runs: beside })
    expect(first).toMatchObject({ id: 'still-rising', action: { kind: 'again', epochs: 20 } })
  })

  it('offers more labels where there are more, and a control where there was none, three things at most', () => {
    const middling = score([[60, 20, 20], [20, 60, 20], [20, 20, 60]])
    const few = run(middling, { spec: spec({ source: { model: 'run:before' }, method: { id: 'fine-tuning', params: {} }, target: { dataset: 'digits', labels: { perClass: 10 } } }) })
    const found = suggestNext({ run: few, epochs: [], runs: [], target: dataset() })
    expect(found.map(({ id }) => id)).toEqual(['few-labels', 'no-control'])
    expect(found[0]!.action).toEqual({ kind: 'again', labels: { perClass: 15 } })
    const much = suggestNext({ run: { ...few, prediction: { accuracy: 0.9, interval: [0.8, 0.95], place: 1, first: 'x', at: '2026-01-01T00:00:00.000Z' } }, epochs: [epoch(1, 0.99, 0.6)], runs: [], target: dataset() })
    expect(much.map(({ id }) => id)).toEqual(['overfitting', 'below-forecast', 'few-labels'])
  })

  it('suggests a smaller input where a large backbone was slow on a processor, and of a trained one what keeps its size', () => {
    const photos = dataset({ shape: [224, 224, 3] })
    const backend = { kind: 'cpu' as const, library: 'TensorFlow', device: 'a processor', threads: 2 }
    const slow = run(good, { seconds: 1800, imagesPerSecond: 4, backend, spec: spec({ method: { id: 'scratch', params: {} } }) })
    const told = (given: Run, target = photos) => suggestNext({ run: given, epochs: [], runs: [], target }).find(({ id }) => id === 'slow')?.text.en
    expect(told(slow)).toContain('half the side (112×112)')
    expect(told({ ...slow, spec: spec({ source: { model: 'model:lite' } }) })).toContain('keep its backbone as it is')
    // Quick enough, on a graphics card, or of small pictures already: nothing to say.
    expect(told({ ...slow, seconds: 60 })).toBeUndefined()
    expect(told({ ...slow, backend: { ...backend, kind: 'gpu' } })).toBeUndefined()
    expect(told(slow, dataset({ shape: [64, 64, 3] }))).toBeUndefined()
  })
})
