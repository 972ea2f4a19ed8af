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

it('a record of before steps could be functions was computed operation by operation, and repeats so', () => {
  const { functions: _, ...before } = spec({}).training
  const old = spec({ training: trainingSettingsSchema.parse(before) })
  expect(old.training.functions).toBe(false)
  expect(keyOfSpec(old)).not.toBe(keyOfSpec(spec({ training: { ...old.training, functions: true } })))
})
