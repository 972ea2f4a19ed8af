import { describe, expect, it } from 'vitest'
import { runSchema, type Run } from '../../contract/runs'
import { dataset, facts, fineTuning, method, model, spec } from '../specs/testing'
import { costOf } from './cost'
import { foretell, gainOf, likeness } from './foretell'
import { keptScore } from './kept-score'
import { recommend } from './recommend'
import { rankSources } from './sources'
import { evidence, ground, outcome, probe, scored } from './testing'

describe('foretell', () => {
  // Both tasks are just like the case: the mean of +0.10 and +0.08 beyond cross-validation.
  it('adds what a method gained on like tasks to what cross-validation saw', () => {
    const found = foretell('fine-tuning', evidence(), ground().tasks!)
    expect(found?.accuracy).toBeCloseTo(0.89, 10)
    expect(found?.tasks).toBe(2)
    // Half of the cross-validation's interval is 0.08; spread of the gains 0.01, beside 0.02 · √(1 + 1/2): √(0.08² + (1.96 · 0.0265)²) = 0.0953.
    expect(found!.interval[0]).toBeCloseTo(0.89 - 0.0953, 3)
    expect(found!.interval[1]).toBeCloseTo(0.89 + 0.0953, 3)
  })

  it('says nothing without labels to check by, of a method that was not measured, or where no task is like it', () => {
    const { tasks } = ground()
    const { crossValidated: _, ...unchecked } = evidence()
    expect(foretell('fine-tuning', unchecked, tasks!)).toBeUndefined()
    expect(foretell('shot', evidence(), tasks!)).toBeUndefined()
    expect(foretell('fine-tuning', evidence({ sourceKind: 'fresh' }), tasks!)).toBeUndefined()
    expect(foretell('fine-tuning', evidence({ labelsPerClass: 5000, crossValidated: { value: 0.1 } }), tasks!)).toBeUndefined()
  })

  it('never leaves [0, 1]', () => {
    const sure = evidence({ crossValidated: { value: 0.97, interval: [0.9, 1] } })
    const found = foretell('fine-tuning', sure, [outcome('like', { 'fine-tuning': 1 }, { crossValidated: 0.9 })])
    expect(found).toMatchObject({ accuracy: 1 })
    expect(found!.interval[1]).toBe(1)
  })

  it('holds a task for less like the more its labels and its features differ', () => {
    const like = outcome('like', {})
    expect(likeness(like, evidence())).toBe(1)
    expect(likeness(outcome('more', {}, { labelsPerClass: 100 }), evidence())).toBeLessThan(0.3)
    expect(likeness(outcome('worse', {}, { crossValidated: 0.4 }), evidence())).toBeLessThan(0.2)
    expect(likeness(outcome('blind', {}, { labelsPerClass: 0 }), evidence())).toBe(0)
    expect(gainOf('scratch', evidence(), [like], ({ crossValidated }) => crossValidated)).toBeUndefined()
  })
})

describe('recommend', () => {
  it('puts the methods forward that will reach most, each with its control and the spec that it was foretold of', () => {
    const { state, recommendations } = recommend(ground())
    expect(state).toBe('advises')
    expect(recommendations.map((each) => each.method)).toEqual(['fine-tuning', 'linear-probe', 'scratch'])
    expect(recommendations[0]).toMatchObject({ expected: { tasks: 2 }, spec: { target: { labels: { perClass: 10 } }, method: { id: 'fine-tuning' } } })
    for (const { reason, control } of recommendations) for (const text of [reason, control]) expect([text.en, text.zh].every(Boolean)).toBe(true)
  })

  it('prefers the quicker of two that are as good as equal', () => {
    const pace = { looking: 1000, training: 10, baseBytes: 1e6, bytesPerImage: 1e5, steps: 5 }
    const tasks = [outcome('like', { 'fine-tuning': 0.903, 'linear-probe': 0.9 })]
    expect(recommend(ground({ tasks, evidence: evidence({ pace }) })).recommendations[0]!.method).toBe('linear-probe')
    expect(recommend(ground({ tasks: [outcome('like', { 'fine-tuning': 0.92, 'linear-probe': 0.9 })], evidence: evidence({ pace }) })).recommendations[0]!.method)
      .toBe('fine-tuning')
  })

  it('sizes what it puts forward by how fast this machine is and by what it computes with', () => {
    const backend = { kind: 'cpu' as const, library: 'TensorFlow 2.16.1', device: 'A processor', threads: 2 }
    const many = dataset({ splits: { train: { count: 60_000, perClass: [30_000, 30_000], sha256: { images: 'a', labels: 'b' } } } })
    const asked = { ...ground().wanted, target: { dataset: 'digits', labels: 'all' as const } }
    const found = recommend(ground({
      wanted: asked, facts: facts({ methods: [fineTuning], sourceModel: { value: model }, target: { value: many } }),
      machine: { chosen: backend, backends: [], functions: { available: false } },
      paces: [{
        network: 'arch:seed-cnn', input: [32, 32, 3], device: 'auto', backend, at: '2026-11-30T00:00:00.000Z',
        pace: { looking: 60, training: 20, baseBytes: 1, bytesPerImage: 1, steps: 7 }
      }]
    }))
    // As Transfer chooses it with the same pace: an hour of 20 images a second.
    expect(found.recommendations[0]!.spec.training).toMatchObject({ epochSteps: 112, functions: false })
  })

  it('never puts forward what cannot start', () => {
    const { recommendations } = recommend(ground({
      wanted: { ...ground().wanted, source: 'arch:seed-cnn' }, evidence: evidence({ sourceKind: 'fresh' }),
      facts: facts({ methods: [method('scratch'), fineTuning] }), tasks: [outcome('fresh', { 'scratch': 0.8, 'fine-tuning': 0.9 }, { sourceKind: 'fresh' })]
    }))
    expect(recommendations.map((each) => each.method)).toEqual(['scratch'])
  })

  it('abstains, and says why, where a class has a single label, labels are too few, or no task is like it', () => {
    const { crossValidated: _, ...single } = evidence({ labelsPerClass: 1, labelled: 10 })
    const few = recommend(ground({ evidence: single }))
    expect(few).toMatchObject({ state: 'abstains' })
    expect(few.remarks[0]!.en).toContain('at least two labels per class')
    expect(few.recommendations.every(({ expected }) => expected === undefined)).toBe(true)
    expect(recommend(ground({ evidence: evidence({ labelled: 12, labelsPerClass: 6 }) }))).toMatchObject({ state: 'abstains' })
    const unlike = recommend(ground({ tasks: [outcome('far', { 'fine-tuning': 0.9 }, { labelsPerClass: 5000, crossValidated: 0.1 })] }))
    expect(unlike.state).toBe('abstains')
    expect(unlike.remarks[0]!.en).toContain('No task that was measured is like this one')
  })

  it('puts nothing forward that learns on the features of an architecture, and says that it has learned nothing', () => {
    const { crossValidated: _, ...fresh } = evidence({ sourceKind: 'fresh' })
    const known = facts({ methods: [method('scratch'), method('svm', { family: 'classical', recipe: { noSteps: true } })], target: { value: dataset() } })
    const tasks = [outcome('far', { scratch: 0.5, svm: 0.4 })]
    const { recommendations, remarks, state } = recommend(ground({ wanted: { ...ground().wanted, source: 'arch:seed-cnn' }, evidence: fresh, facts: known, tasks }))
    expect([state, recommendations.map((each) => each.method)]).toEqual(['abstains', ['scratch']])
    expect(remarks[0]!.en).toContain('has learned nothing yet')
  })

  it('names what each is held against, and does not hold a control against itself', () => {
    const far = outcome('far', { 'scratch': 0.5, 'fine-tuning': 0.9 }, { labelsPerClass: 5000, crossValidated: 0.1 })
    const { recommendations } = recommend(ground({ tasks: [far] }))
    const control = (id: string): string => recommendations.find(({ method }) => method === id)!.control.en
    expect(control('fine-tuning')).toMatch(/^From scratch/)
    expect(control('scratch')).toMatch(/^none/)
  })

  it('names the quickest first where nothing is known of any, and a control last', () => {
    const far = outcome('far', { 'scratch': 0.5, 'fine-tuning': 0.9, 'linear-probe': 0.8 }, { labelsPerClass: 5000, crossValidated: 0.1 })
    const { recommendations } = recommend(ground({ tasks: [far] }))
    expect(recommendations.map(({ method }) => method)).toHaveLength(3)
    expect(recommendations.at(-1)!.method).toBe('scratch')
    const [first, second] = recommendations.map(({ seconds }) => seconds ?? Infinity)
    expect(first!).toBeLessThanOrEqual(second!)
  })

  it('abstains where the scores disagree about the source', () => {
    const apart = [scored('k-nearest', [0.8, 0.9], [0.5, 0.6]), scored('logme', [-0.2, -0.1], [0.3, 0.4])]
    const { state, remarks } = recommend(ground({ evidence: evidence({ scores: apart }) }))
    expect(state).toBe('abstains')
    expect(remarks[0]!.en).toContain('by k-nearest the source sees more')
    const agreed = [scored('k-nearest', [0.8, 0.9], [0.5, 0.6]), scored('logme', [0.3, 0.4], [0.1, 0.2])]
    expect(recommend(ground({ evidence: evidence({ scores: agreed }) })).state).toBe('advises')
  })

  it('says that nothing can start without labels where the classes differ', () => {
    const { state, remarks, recommendations } = recommend(ground({
      wanted: { ...ground().wanted, target: { dataset: 'digits', labels: 'none' } }, evidence: evidence({ labelsPerClass: 0, labelled: 0 })
    }))
    expect({ state, recommendations }).toEqual({ state: 'abstains', recommendations: [] })
    expect(remarks[0]!.en).toContain('Grant a few labels per class')
  })

  it('orders methods without labels by what they gained over the source as it is, and foretells no accuracy', () => {
    const blind = (id: string) => method(id, { family: 'adaptation', needs: { sourceModel: true, sourceData: false, targetImages: true, targetLabels: 'none', classes: 'same' } })
    const { crossValidated: _, ...unlabelled } = evidence({ labelsPerClass: 0, labelled: 0, sameClasses: true })
    const { state, recommendations, remarks } = recommend(ground({
      wanted: { ...ground().wanted, target: { dataset: 'digits', labels: 'none' } }, evidence: unlabelled,
      facts: facts({ methods: [blind('tent'), blind('shot')], sourceModel: { value: model } }),
      tasks: [outcome('blind', { 'source-only': 0.6, 'tent': 0.65, 'shot': 0.9 }, { labelsPerClass: 0, sameClasses: true })]
    }))
    expect(state).toBe('advises')
    expect(recommendations.map((each) => [each.method, each.expected])).toEqual([['shot', undefined], ['tent', undefined]])
    expect(recommendations[0]!.reason.en).toContain('30.0 points better than the source as it is')
    expect(remarks[0]!.en).toContain('no accuracy can be foretold')
  })
})

describe('costOf', () => {
  const pace = { looking: 100, training: 20, baseBytes: 1e6, bytesPerImage: 1e5, steps: 9 }
  const target = dataset({ splits: { train: { count: 40, perClass: [15, 25], sha256: { images: '' } }, test: { count: 100, sha256: { images: '' } } } })
  it('counts the images that are trained on and those that are looked at', () => {
    // 10 epochs of 40 images at 20 a second, 100 test images at 100 a second, and 4 seconds to start.
    expect(costOf({ method: fineTuning, spec: spec({ method: { id: 'fine-tuning', params: {} } }), target, pace, runs: [] }))
      .toEqual({ seconds: 4 + 20 + 1, bytes: 400e6 + 1e6 + 40 * 1e5 })
    expect(costOf({ method: probe, spec: spec({ method: { id: 'linear-probe', params: {} } }), target, pace, runs: [] }).seconds).toBeCloseTo(4 + 1.4, 10)
  })

  it('takes what the same run took before', () => {
    const before = { state: 'done', seconds: 77, spec: spec({ training: { ...spec().training, seed: 9 } }) } as Run
    expect(costOf({ method: method('scratch'), spec: spec(), target, pace, runs: [before] }).seconds).toBe(77)
    expect(costOf({ method: method('scratch'), spec: spec(), target, pace: undefined, runs: [] })).toEqual({})
  })
})

describe('rankSources', () => {
  it('lets the nearest neighbours lead and counts the other scores beside them', () => {
    const seen = (ref: string, neighbours: number, logme: number) => ({
      parameters: 1, evidence: { ...evidence(), source: `model:${ref}` as const, name: ref, scores: [scored('k-nearest', [neighbours, neighbours], [0, 0]), scored('logme', [logme, logme], [0, 0])] }
    })
    expect(rankSources([seen('a', 0.5, 0.9), seen('b', 0.8, 0.2)]).map(({ name, votes, of }) => [name, votes, of])).toEqual([['b', 0, 1], ['a', 1, 1]])
  })
})

describe('keptScore', () => {
  const ended = (id: string, methodId: string, accuracy: number, first: string): Run => runSchema.parse({
    schemaVersion: 1, id, name: id, state: 'done', spec: spec({ method: { id: methodId, params: {} } }), createdAt: '2026-01-01T00:00:00.000Z',
    names: { source: '', target: '', method: '' }, epochs: 1, seconds: 1, versions: {}, dataHashes: {}, notes: [],
    metrics: { test: { accuracy, loss: 1, n: 100, perClass: [] } },
    prediction: { accuracy: 0.8, interval: [0.75, 0.85], place: 1, first, at: '2026-01-01T00:00:00.000Z' }
  })
  it('counts forecasts that held, and first choices within 2 points of the best that was tried', () => {
    expect(keptScore([])).toMatchObject({ forecasts: 0, choices: 0 })
    // 0.79 lay in the interval, 0.9 did not; the first choice came 11 points short of the best.
    const missed = keptScore([ended('one', 'probe', 0.79, 'probe'), ended('two', 'tuned', 0.9, 'probe')])
    expect(missed).toMatchObject({ forecasts: 2, held: 1, choices: 1, right: 0 })
    expect(missed.error).toBeCloseTo(0.055, 10)
    expect(keptScore([ended('one', 'probe', 0.79, 'probe'), ended('two', 'tuned', 0.8, 'probe')])).toMatchObject({ choices: 1, right: 1 })
    // One method alone judges no choice.
    expect(keptScore([ended('one', 'probe', 0.79, 'probe')])).toMatchObject({ forecasts: 1, choices: 0 })
  })
})
