import { describe, expect, it } from 'vitest'
import type { MethodSummary } from '../../contract/methods'
import { blocks, defaultsOf, number } from '../../contract/parameters'
import type { Spec } from '../../contract/runs'
import type { Language } from '../../contract/text'
import { trainingParameters } from '../../contract/training'
import { depthSpecs } from './depths'
import { differingSettings } from './differing'
import { namerOf } from './names'
import { planStudy } from './plan'

const method = (id: string, en: string, zh: string, parameters: MethodSummary['parameters'] = {}): MethodSummary => ({
  id, title: { en, zh }, summary: { en, zh }, sentence: { en, zh }, reference: '', family: 'features', blocks: 'copied', parameters,
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any' }
})
const help = { en: '', zh: '' }
const methods = [
  method('scratch', 'From scratch', '从零训练'), method('l2-sp', 'L2-SP', 'L2-SP', {
    alpha: number({ label: { en: 'Pull (α)', zh: '拉力（α）' }, help, minimum: 0, maximum: 1, default: 0.1 })
  }),
  method('feature-transfer', 'Feature transfer', '特征迁移', {
    copied: blocks({ label: { en: 'Copied blocks', zh: '复制的块' }, help, default: [] }),
    frozen: blocks({ label: { en: 'Frozen blocks', zh: '冻结的块' }, help, default: [] })
  })
]
const spec = (id: string, params: Spec['method']['params'] = {}, training: Partial<Spec['training']> = {}): Spec => ({
  source: { model: 'run:R1' }, target: { dataset: 'digits', labels: 'all' }, method: { id, params },
  training: { ...defaultsOf(trainingParameters) as Spec['training'], seed: 1, ...training }, device: 'auto'
})
/** Names of the candidates; of the twins too where they are planned. */
function names(specs: readonly Spec[], { seeds = 1, language = 'en', name }: { seeds?: number, language?: Language, name?: string } = {}): string[] {
  const planned = planStudy(specs.map((one) => ({ spec: one })), seeds)
  const nameOf = namerOf(planned, { methods, language, name })
  return planned.map((run) => nameOf(run, { source: `Seed CNN of ${run.spec.source.model}`, target: 'Digits', method: 'in English' }))
}

describe('the runs of a study are named', () => {
  it('by their method and their seed, in the language of who starts it', () => {
    expect(names([spec('scratch'), spec('l2-sp')])).toEqual(['From scratch · Digits', 'L2-SP · Digits'])
    expect(names([spec('scratch')], { seeds: 2, language: 'zh' })).toEqual(['从零训练，种子 1 · Digits', '从零训练，种子 2 · Digits'])
  })

  it('by what a grid varies', () => {
    const grid = [0.1, 0.2].map((alpha) => spec('l2-sp', { alpha }, { learningRate: alpha / 10 }))
    expect(names(grid)).toEqual(['alpha 0.1, learningRate 0.01 · Digits', 'alpha 0.2, learningRate 0.02 · Digits'])
    const rates = [0.1, 0.2].map((learningRate) => spec('scratch', {}, { learningRate }))
    expect(names(rates, { seeds: 2 })[3]).toBe('Learning rate 0.2, seed 2 · Digits')
    expect(names(rates, { language: 'zh', seeds: 2 })[3]).toBe('学习率 0.2，种子 2 · Digits')
    // A method's own settings and defaults do not set it apart from another method.
    const both = [spec('scratch'), spec('l2-sp', { alpha: 0.1 }, { learningRate: 0.5 }), spec('l2-sp', { alpha: 0.2 }, { learningRate: 0.5 })]
    expect(names(both.slice(0, 2))).toEqual(['From scratch · Digits', 'L2-SP · Digits'])
    expect(names(both)).toEqual(['From scratch · Digits', 'L2-SP, pull (α) 0.1 · Digits', 'L2-SP, pull (α) 0.2 · Digits'])
    const sources = (['run:R1', 'run:R2'] as const).map((model) => ({ ...spec('l2-sp'), source: { model } }))
    expect(names(sources)).toEqual(['Seed CNN of run:R1 · Digits', 'Seed CNN of run:R2 · Digits'])
  })

  it('by their label budgets, without the labels to choose the epoch that follow them', () => {
    const budgets = [5, 20].map((perClass) => ({ ...spec('scratch'), target: { dataset: 'digits', labels: { perClass }, validationLabels: { perClass } } }))
    expect(names([...budgets, spec('scratch')])).toEqual(['Labels 5 per class · Digits', 'Labels 20 per class · Digits', 'Labels all · Digits'])
    expect(names(budgets, { language: 'zh' })[0]).toBe('标签 每类 5 张 · Digits')
    // As a grid's report has them, so that accuracy can be drawn over them.
    expect(differingSettings(budgets)).toEqual([{ 'target.labels': { perClass: 5 } }, { 'target.labels': { perClass: 20 } }])
    const rates = budgets.map((one, index) => ({ ...one, training: { ...one.training, learningRate: 0.1 * (index + 1) } }))
    expect(names(rates)[0]).toBe('Labels 5 per class, learningRate 0.1 · Digits')
  })

  it('by their depth where they move one block more at a time', () => {
    const depths = depthSpecs(spec('feature-transfer', { copied: [], frozen: [] }), ['one', 'two'], 'both')
    expect(names(depths)).toEqual([
      'From scratch · Digits', 'Depth 1, tuned · Digits', 'Depth 1, frozen · Digits', 'Depth 2, tuned · Digits', 'Depth 2, frozen · Digits'
    ])
    expect(names(depths, { language: 'zh' }).slice(0, 3)).toEqual(['从零训练 · Digits', '深度 1，微调 · Digits', '深度 1，冻结 · Digits'])
    // Not where one moves others.
    const other = spec('feature-transfer', { copied: ['two'], frozen: [] })
    expect(names([depths[3]!, other])).toEqual(['Copied blocks one, two · Digits', 'Copied blocks two · Digits'])
  })

  it('after a person\'s name for them, with what sets each apart', () => {
    const depths = depthSpecs(spec('feature-transfer', { copied: [], frozen: [] }), ['one'], 'frozen')
    expect(names(depths, { name: 'Mine' })).toEqual(['Mine', 'Mine, depth 1, frozen'])
    expect(names([spec('scratch'), spec('l2-sp')], { name: 'Mine', seeds: 2 })[3]).toBe('Mine, L2-SP, seed 2')
    expect(names([spec('scratch')], { name: '我的', language: 'zh', seeds: 2 })[1]).toBe('我的，种子 2')
  })

  it('and a control run by its method, and by what varies among its like', () => {
    const planned = planStudy([{ spec: spec('l2-sp', { alpha: 0.1 }) }, { spec: spec('l2-sp', { alpha: 0.2 }) }], 2)
    const twin = { key: 'twin', role: 'scratch' as const, spec: spec('scratch', {}, { seed: 2 }), twins: {}, notes: [] }
    const nameOf = namerOf([...planned, twin], { methods, language: 'en', name: 'Mine' })
    expect(nameOf(twin, { source: '', target: 'Digits', method: '' })).toBe('From scratch, seed 2 · Digits')
    const slow = { ...twin, key: 'slow', spec: spec('scratch', {}, { seed: 2, learningRate: 0.5 }) }
    const amongTwo = namerOf([...planned, twin, slow], { methods, language: 'zh', name: undefined })
    expect(amongTwo(slow, { source: '', target: 'Digits', method: '' })).toBe('从零训练，学习率 0.5，种子 2 · Digits')
  })
})
