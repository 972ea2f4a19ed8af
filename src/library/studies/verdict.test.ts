import { describe, expect, it } from 'vitest'
import type { Run, Spec, TwinRole } from '../../contract/runs'
import { trainingSettingsSchema } from '../../contract/training'
import { useWorkplace } from '../testing'
import { studyReport } from './verdict'

describe('the report of a study', () => {
  const workplace = useWorkplace()
  const spec = (id: string, seed: number, copied: string[] = []): Spec => ({
    source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits', labels: 'all' }, method: { id, params: { copied } },
    training: trainingSettingsSchema.parse({ seed }), device: 'auto'
  })
  const dataHashes = { 'digits/test/images': 'images', 'digits/test/labels': 'labels' }
  async function add(study: NonNullable<Run['study']>, given: Spec, accuracy?: number): Promise<Run> {
    const { runs } = workplace.library
    const { id } = await runs.create(given, { names: { source: 'a', target: 'b', method: given.method.id }, study })
    if (accuracy === undefined) return runs.get(id)
    return runs.update(id, (run) => ({ ...run, state: 'done', metrics: { test: { accuracy, loss: 1, n: 100, perClass: [] } }, dataHashes }))
  }
  async function pair(seed: number, accuracies: [number | undefined, number | undefined], role: TwinRole = 'scratch', copied: string[] = []): Promise<void> {
    const twin = await add({ id: 'S', role }, spec(role, seed), accuracies[1])
    await add({ id: 'S', role: 'candidate', twins: { [role]: twin.id } }, spec('feature-transfer', seed, copied), accuracies[0])
  }

  it('pairs each candidate with its own twin over the seeds that are done', async () => {
    await pair(1, [0.54, 0.5])
    await pair(2, [0.66, 0.6])
    await pair(3, [0.78, 0.7])
    await pair(4, [0.9, undefined])
    await add({ id: 'another', role: 'candidate' }, spec('feature-transfer', 1), 0.1)
    const report = await studyReport(workplace.library, 'S')
    expect(report).toMatchObject({ runs: 8, done: 7 })
    const [arm, ...others] = report.arms
    expect(others).toEqual([])
    // Mean of 0.54, 0.66, 0.78, 0.9 = 0.72.
    expect(arm!.score).toMatchObject({ done: 4 })
    expect(arm!.score.mean).toBeCloseTo(0.72, 12)
    expect(arm!.twins).toMatchObject([{ role: 'scratch', pairs: 3, over: 'seeds', verdict: 'helped' }])
    expect(arm!.twins[0]!.difference).toBeCloseTo(0.06, 12)
    expect(arm!.twins[0]!.interval![0]).toBeCloseTo(0.0103172, 6)
  })

  it('has the means of balanced accuracy and macro-F1 where every run has them', async () => {
    // Nine of ten are of one class. Taken for it: accuracy 0.9, balanced (1 + 0) / 2 = 0.5, F1 of 2 · 90 / 190 = 0.947 and 0, mean 0.474.
    const blind = [[90, 0], [10, 0]]
    // One class 80 of 90, the other 10 of 10: balanced 0.944; F1 of 160 / 170 = 0.941 and 20 / 30 = 0.667, mean 0.804.
    const seeing = [[80, 10], [0, 10]]
    for (const [index, confusion] of [blind, seeing].entries()) {
      const run = await add({ id: 'S', role: 'candidate' }, spec('feature-transfer', index + 1), 0.9)
      const perClass = confusion.map((row, label) => ({ class: String(label), accuracy: row[label]! / (row[0]! + row[1]!), n: row[0]! + row[1]! }))
      await workplace.library.runs.update(run.id, (found) => ({ ...found, metrics: { test: { accuracy: 0.9, loss: 1, n: 100, perClass, confusion } } }))
    }
    const [arm] = (await studyReport(workplace.library, 'S')).arms
    expect(arm!.score.balancedAccuracy).toBeCloseTo((0.5 + 17 / 18) / 2, 12)
    expect(arm!.score.macroF1).toBeCloseTo((9 / 19 + (16 / 17 + 2 / 3) / 2) / 2, 12)
    await add({ id: 'S', role: 'candidate' }, spec('feature-transfer', 3), 0.9)
    expect((await studyReport(workplace.library, 'S')).arms[0]!.score).not.toHaveProperty('macroF1')
  })

  it('tells arms apart by the settings in which they differ', async () => {
    await pair(1, [0.5, 0.4], 'scratch', ['block1'])
    await pair(1, [0.6, 0.4], 'scratch', ['block1', 'block2'])
    const { arms } = await studyReport(workplace.library, 'S')
    expect(arms.map(({ settings }) => settings)).toEqual([
      { 'method.params.copied': ['block1'] }, { 'method.params.copied': ['block1', 'block2'] }
    ])
  })

  it('remarks on a bound that the run is above', async () => {
    await pair(1, [0.9, 0.8], 'target-supervised')
    const [arm] = (await studyReport(workplace.library, 'S')).arms
    expect(arm!.twins[0]).toMatchObject({ reason: { en: expect.stringContaining('no upper bound here') } })
  })

  it('says of what is below its control that it is, where that may be chance', async () => {
    await pair(1, [0.47, 0.5])
    await pair(1, [0.49, 0.5], 'scratch', ['block1'])
    const [below, alike] = (await studyReport(workplace.library, 'S')).arms
    expect(below!.twins[0]).toMatchObject({ verdict: 'no-evidence', reason: { en: expect.stringContaining('3.0 points below its control; this may be chance') } })
    expect(alike!.twins[0]!.reason?.en ?? '').not.toContain('below its control')
  })

  it('gives no verdict against all labels, which is a bound, nor before a pair is done', async () => {
    await pair(1, [0.5, 0.9], 'target-supervised')
    await pair(2, [0.5, 0.9], 'target-supervised')
    await pair(1, [undefined, 0.9], 'source-only', ['block1'])
    const [first, second] = (await studyReport(workplace.library, 'S')).arms
    expect(first!.twins[0]!.difference).toBeCloseTo(-0.4, 12)
    expect(first!.twins[0]!.verdict).toBeUndefined()
    expect(first!.twins[0]!.reason?.en ?? '').not.toContain('no upper bound')
    expect(second!.twins[0]).toMatchObject({ pairs: 0, reason: { en: expect.stringContaining('No pair') } })
    expect(second!.twins[0]!.verdict).toBeUndefined()
  })

  it('does not pair runs that were tested on other images', async () => {
    await pair(1, [0.5, 0.9])
    const { runs } = await workplace.library.runs.list()
    await workplace.library.runs.update(runs[0]!.id, (run) => ({ ...run, dataHashes: { ...dataHashes, 'digits/test/images': 'new' } }))
    expect((await studyReport(workplace.library, 'S')).arms[0]!.twins[0]).toMatchObject({ pairs: 0, reason: { en: expect.stringContaining('different images') } })
  })

  it('does not take two that say nothing of their images for the same', async () => {
    await pair(1, [0.5, 0.9])
    for (const { id } of (await workplace.library.runs.list()).runs) await workplace.library.runs.update(id, (run) => ({ ...run, dataHashes: {} }))
    expect((await studyReport(workplace.library, 'S')).arms[0]!.twins[0]).toMatchObject({ pairs: 0 })
  })

  it('gives no interval of two seeds without their answers, says so, and that its verdicts are not corrected', async () => {
    // Student's t of two seeds once gave +21.5 to +133.3 points for differences like these.
    await pair(1, [0.9, 0.13])
    await pair(2, [0.85, 0.08])
    await pair(1, [0.9, 0.2], 'scratch', ['block1'])
    const { arms: [arm], note } = await studyReport(workplace.library, 'S')
    expect(arm!.twins[0]).toMatchObject({ pairs: 2, verdict: 'no-evidence', reason: { en: expect.stringContaining('Two seeds are too few') } })
    expect(arm!.twins[0]!.difference).toBeCloseTo(0.77, 12)
    expect(arm!.twins[0]).not.toHaveProperty('interval')
    expect(note!.en).toContain('judged by itself')
  })

  it('names a study that is not there', async () => {
    await expect(studyReport(workplace.library, 'none')).rejects.toMatchObject({ code: 'study-not-found' })
  })
})
