import { describe, expect, it } from 'vitest'
import type { MethodRun } from '../methods'
import type { Network } from '../network/network'
import type { Stage } from '../training/stage'
import { isUnfitted } from './unfitted'

const network = {} as Network
const stage = (more: object): Stage => ({ name: { en: '', zh: '' }, ...more }) as Stage
const probe = stage({ kind: 'gradient', featuresOf: network })
const tuning = stage({ kind: 'gradient' })
const fit = stage({ kind: 'fit' })
const run = (stages: Stage[], more: Partial<MethodRun> = {}) => ({ network, stages, ...more })
const spec = (model: 'model:box' | 'run:earlier' | 'arch:lenet', labels: 'all' | 'none' = 'all') =>
  ({ source: { model }, target: { dataset: 'photos', labels } })

describe('a network that has not learned from the training pictures', () => {
  it('is one whose head alone was trained, or that a classifier was put upon', () => {
    expect(isUnfitted(run([probe]), spec('model:box'))).toBe(true)
    expect(isUnfitted(run([fit], { classifier: () => { throw new Error('not asked') } }), spec('arch:lenet'))).toBe(true)
  })

  it('is none that was tuned, before or after; whose weights or statistics were fitted; or that an earlier run made', () => {
    for (const stages of [[tuning], [tuning, probe], [probe, tuning], [stage({ kind: 'gradient', featuresOf: {} })], [fit]]) {
      expect(isUnfitted(run(stages), spec('model:box'))).toBe(false)
    }
    expect(isUnfitted(run([probe]), spec('run:earlier'))).toBe(false)
  })

  it('is not asked where what it learned from is not the target', () => {
    expect(isUnfitted(run([probe]), spec('model:box', 'none'))).toBe(false)
  })
})
