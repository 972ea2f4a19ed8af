import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { createFakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { fakeRun } from '../../testing/fake-runs'
import { useJobsStore } from '../../shared/stores'
import { useRatesStore } from './rates-store'

it('range tests that were begun are kept, and of the others the last', async () => {
  const found = { points: [], end: 'no-number', rate: 1e-3, optimizer: 'adam', seconds: 1 } as const
  const fake = createFakeApi({ triedRates: { ...found, points: [] } })
  window.graft = fake.bridge
  setActivePinia(createPinia())
  const rates = useRatesStore()
  await useJobsStore().load()
  const begun = rates.lookAt('begun')
  await begun.look({ spec: fakeRun('mnist-run').spec })
  const passed = rates.lookAt('passed')
  expect(rates.lookAt('passed')).toBe(passed)
  rates.lookAt('last')
  expect(rates.lookAt('begun')).toBe(begun)
  fake.emit('jobs', 'changed', fakeJob('try-rates', { state: 'done' }))
  await expect.poll(() => begun.found).toEqual(found)
  expect(rates.lookAt('passed')).not.toBe(passed)
})
