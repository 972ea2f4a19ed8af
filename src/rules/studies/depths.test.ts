import { describe, expect, it } from 'vitest'
import { defaultsOf } from '../../contract/parameters'
import type { Run, Spec } from '../../contract/runs'
import type { ArmScore } from '../../contract/studies'
import { trainingParameters } from '../../contract/training'
import { depthCurve, depthSpecs } from './depths'

const base: Spec = {
  source: { model: 'run:R1', dataset: 'cifar-10' }, target: { dataset: 'digits', labels: { perClass: 20 } },
  method: { id: 'feature-transfer', params: { copied: [], frozen: [] } }, training: defaultsOf(trainingParameters) as Spec['training'], device: 'auto'
}
const paramsOf = (specs: readonly Spec[]) => specs.map(({ method: { id, params } }) => `${id} ${String(params.copied ?? '')}|${String(params.frozen ?? '')}`)
const score = (mean: number): ArmScore => ({ runs: [], done: 1, mean })
const arm = (spec: Spec, mean: number) => ({ run: { spec } as Run, score: score(mean) })

describe('a depth-of-transfer curve', () => {
  it('moves nothing first and then one block more at a time, trained further, frozen, or each once', () => {
    expect(paramsOf(depthSpecs(base, ['one', 'two'], 'tuned'))).toEqual(['scratch |', 'feature-transfer one|', 'feature-transfer one,two|'])
    expect(paramsOf(depthSpecs(base, ['one', 'two'], 'frozen'))).toEqual(['scratch |', 'feature-transfer one|one', 'feature-transfer one,two|one,two'])
    expect(paramsOf(depthSpecs(base, ['one'], 'both'))).toEqual(['scratch |', 'feature-transfer one|', 'feature-transfer one|one'])
    expect(depthSpecs(base, ['one'], 'tuned')[0]!.source).toEqual({ model: 'run:R1' })
  })

  it('is of feature transfer only', () => {
    expect(() => depthSpecs({ ...base, method: { id: 'l2-sp', params: {} } }, ['one'], 'tuned')).toThrow(/not with l2-sp/)
  })

  it('is drawn by the arms of such a study, in order of depth, whatever order they come in', () => {
    const [nothing, tuned1, frozen1, tuned2, frozen2] = depthSpecs(base, ['one', 'two'], 'both')
    const arms = [arm(tuned2!, 0.5), arm(frozen2!, 0.2), arm(nothing!, 0.1), arm(frozen1!, 0.35), arm(tuned1!, 0.3)]
    expect(depthCurve(arms)).toEqual([
      { moved: [], tuned: score(0.1), frozen: score(0.1) },
      { moved: ['one'], tuned: score(0.3), frozen: score(0.35) },
      { moved: ['one', 'two'], tuned: score(0.5), frozen: score(0.2) }
    ])
    expect(depthCurve([arm(nothing!, 0.1), arm(tuned1!, 0.3)])).toEqual([
      { moved: [], tuned: score(0.1) }, { moved: ['one'], tuned: score(0.3) }
    ])
  })

  it('is drawn by no study that varies anything else', () => {
    const [nothing, tuned1, tuned2] = depthSpecs(base, ['one', 'two'], 'tuned')
    expect(depthCurve([arm(nothing!, 0.1)])).toBeUndefined()
    expect(depthCurve([arm(tuned1!, 0.1), arm({ ...tuned2!, training: { ...base.training, epochs: 3 } }, 0.2)])).toBeUndefined()
    expect(depthCurve([arm(tuned1!, 0.1), arm({ ...base, method: { id: 'l2-sp', params: {} } }, 0.2)])).toBeUndefined()
    const [, other] = depthSpecs(base, ['two'], 'tuned')
    expect(depthCurve([arm(tuned1!, 0.1), arm(other!, 0.2)])).toBeUndefined()
  })
})
