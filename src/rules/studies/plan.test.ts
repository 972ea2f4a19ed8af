import { expect, it } from 'vitest'
import { spec } from '../specs/testing'
import { keyOfSpec } from './plan'

it('a parameter that came later and is as it was before makes no other run of a spec', () => {
  const tuned = (params: Record<string, boolean | number>) => keyOfSpec(spec({ method: { id: 'fine-tuning', params } }))
  expect(tuned({ layerDecay: 1, keepRows: false })).toBe(tuned({ layerDecay: 1 }))
  expect(tuned({ layerDecay: 1, keepRows: true })).not.toBe(tuned({ layerDecay: 1 }))
  expect(tuned({ layerDecay: 1 })).not.toBe(tuned({ layerDecay: 0.5 }))
})
