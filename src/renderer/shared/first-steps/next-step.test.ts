import { expect, it } from 'vitest'
import type { Run } from '../../../contract/runs'
import { fakeDatasets } from '../../testing/fake-library'
import { fakeRun, fakeSpec } from '../../testing/fake-runs'
import { firstComparison, nextStep } from './next-step'

const samples = fakeDatasets().filter(({ sample }) => sample).slice(0, 2)
const [first, second] = samples.map(({ id }) => id)
const learned = fakeRun('first', { spec: fakeSpec({ target: { dataset: first!, labels: 'all' } }) })
const transfer = fakeRun('second', {
  spec: fakeSpec({ source: { model: 'run:first' }, target: { dataset: second!, labels: { perClass: 10 } }, method: { id: 'fine-tuning', params: {} } })
})

it('leads from the first network to other digits, from there to the control, and no further', () => {
  expect(samples).toHaveLength(2)
  expect(nextStep(learned, [learned], samples)).toEqual({ step: 2, target: second })
  expect(nextStep({ ...learned, state: 'cancelled', metrics: {} }, [learned], samples)).toBeNull()
  expect(nextStep(learned, [learned, transfer], samples)).toBeNull()
  expect(nextStep(transfer, [learned, transfer], samples)).toEqual({ step: 3 })
  const compared = { ...transfer, study: { id: 's', role: 'candidate' as const, twins: { scratch: 'third' } } }
  const control = (state: Run['state']): Run => fakeRun('third', {
    state, spec: fakeSpec({ target: transfer.spec.target, method: { id: 'scratch', params: {} } }), study: { id: 's', role: 'scratch' }
  })
  expect(nextStep(compared, [learned, compared, control('queued')], samples)).toBeNull()
  expect(nextStep(compared, [learned, compared, control('done')], samples)).toBeNull()
  // One that failed, or is gone, tells nothing: it can be trained again.
  expect(nextStep(compared, [learned, compared, control('failed')], samples)).toEqual({ step: 3 })
  expect(nextStep(compared, [learned, compared], samples)).toEqual({ step: 3 })
  // Whoever has done it before, or has data of their own, knows the way.
  expect(nextStep(transfer, [learned, transfer, { ...transfer, id: 'another' }], samples)).toBeNull()
  expect(nextStep(transfer, [learned, transfer], samples.map((dataset) => ({ ...dataset, sample: false })))).toBeNull()
})

it('closes the comparison of the first transfer with its control, and no other', () => {
  const tested = { ...transfer, study: { id: 's', role: 'candidate' as const, twins: { scratch: 'third' } } }
  const control = fakeRun('third', { spec: fakeSpec({ target: transfer.spec.target, method: { id: 'scratch', params: {} } }), study: { id: 's', role: 'scratch' } })
  const all = [learned, tested, control]
  expect(firstComparison([control, tested], all, samples)).toBe(4)
  const waiting = { ...control, state: 'queued' as const, metrics: {} }
  expect(firstComparison([waiting, tested], [learned, tested, waiting], samples)).toBe(3)
  expect(firstComparison([{ ...waiting, state: 'failed' }, tested], all, samples)).toBeNull()
  expect(firstComparison([control, tested, learned], all, samples)).toBeNull()
  expect(firstComparison([learned, tested], all, samples)).toBeNull()
  expect(firstComparison([control, tested], [...all, { ...transfer, id: 'another' }], samples)).toBeNull()
  expect(firstComparison([control, tested], all, samples.map((dataset) => ({ ...dataset, sample: false })))).toBeNull()
})
