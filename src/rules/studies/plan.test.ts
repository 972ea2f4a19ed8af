import { expect, it } from 'vitest'
import { trainingSettingsSchema } from '../../contract/training'
import { spec } from '../specs/testing'
import { keyOfSpec } from './plan'

it('a parameter that came later and is as it was before makes no other run of a spec', () => {
  const tuned = (params: Record<string, boolean | number>) => keyOfSpec(spec({ method: { id: 'fine-tuning', params } }))
  expect(tuned({ layerDecay: 1, keepRows: false })).toBe(tuned({ layerDecay: 1 }))
  expect(tuned({ layerDecay: 1, keepRows: true })).not.toBe(tuned({ layerDecay: 1 }))
  expect(tuned({ layerDecay: 1 })).not.toBe(tuned({ layerDecay: 0.5 }))
})

it('a record of before steps could be functions was computed operation by operation and in float32, and repeats so', () => {
  const { functions: _, precision: __, ...before } = spec({}).training
  const old = spec({ training: trainingSettingsSchema.parse(before) })
  expect([old.training.functions, old.training.precision]).toEqual([false, 'float32'])
  expect(keyOfSpec(old)).not.toBe(keyOfSpec(spec({ training: { ...old.training, functions: true } })))
  expect(keyOfSpec(old)).not.toBe(keyOfSpec(spec({ training: { ...old.training, precision: 'bfloat16' } })))
})
