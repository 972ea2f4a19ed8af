import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { createFakeApi } from '../testing/fake-api'
import { fakeJob } from '../testing/fake-jobs'
import { useOneLook } from './one-look'
import { useJobsStore } from './stores'

it('says nothing of a look that another one took the place of', async () => {
  const fake = createFakeApi()
  window.graft = fake.bridge
  setActivePinia(createPinia())
  const ends = new Map<string, { give(found: string): void, fail(): void }>()
  let next = 0
  const { look, found, error } = useOneLook<null, string>(
    async () => ({ jobId: `job${++next}` }),
    ({ jobId }) => new Promise((resolve, reject) => {
      ends.set(jobId, { give: resolve, fail: () => { reject(new Error('It is gone.')) } })
    })
  )
  await useJobsStore().load()
  const done = (id: string): void => {
    fake.emit('jobs', 'changed', fakeJob('inspect-model', { id, state: 'done' }))
  }
  await look(null)
  done('job1')
  await expect.poll(() => ends.has('job1')).toBe(true)
  await look(null)
  ends.get('job1')!.fail()
  done('job2')
  await expect.poll(() => ends.has('job2')).toBe(true)
  ends.get('job2')!.give('digits')
  await expect.poll(() => found.value).toBe('digits')
  expect(error.value).toBeNull()
})
