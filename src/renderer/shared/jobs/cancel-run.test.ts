import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { createFakeApi } from '../../testing/fake-api'
import { fakeRun } from '../../testing/fake-runs'
import { useNoticesStore, useRunsStore } from '../stores'
import { useCancelRun } from './cancel-run'

it('offers to stop the control runs that trained for a candidate, and leaves other studies alone', async () => {
  const candidate = fakeRun('candidate', { state: 'running', study: { id: 's', role: 'candidate' } })
  const fake = createFakeApi({ runs: [
    candidate, fakeRun('scratch', { state: 'queued', study: { id: 's', role: 'scratch' } }),
    fakeRun('done', { state: 'done', study: { id: 's', role: 'source-only' } }), fakeRun('other', { state: 'queued', study: { id: 't', role: 'candidate' } })
  ] })
  window.graft = fake.bridge
  setActivePinia(createPinia())
  await useRunsStore().load()
  await useCancelRun().cancel(candidate)
  const cancelled = () => fake.calls.filter(({ name }) => name === 'runs.cancel').map(({ input }) => input)
  expect(cancelled()).toEqual([{ id: 'candidate' }])
  const notice = useNoticesStore().notices[0]!
  expect(notice.text.en).toBe('Another run of its study goes on.')
  await notice.action!.run()
  expect(cancelled()).toEqual([{ id: 'candidate' }, { id: 'scratch' }])
})
