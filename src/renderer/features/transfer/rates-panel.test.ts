import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TriedRates } from '../../../contract/rates'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { useTransferStore } from './store'

let mounted: Mounted | undefined
async function afterChecks(): Promise<void> {
  await settle()
  vi.advanceTimersByTime(200)
  await settle()
}
async function open(fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
  mounted = await openScreen(fake, '/transfer?source=run:mnist-run&target=digits', language)
  await afterChecks()
  return mounted.wrapper
}
beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) })
afterEach(() => {
  vi.useRealTimers()
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})

const triedRates: TriedRates = {
  points: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2].map((rate, index) => ({ rate, loss: [2.3, 2.2, 1.6, 0.9, 9][index]! })),
  end: 'risen', proposed: { valley: 1e-4, steep: 3e-4 }, rate: 5e-4, optimizer: 'adam', seconds: 3
}
const button = (wrapper: VueWrapper, words: string) => {
  const found = wrapper.findAll('button').find((each) => each.text().includes(words))
  if (!found) throw new Error(`no button “${words}”`)
  return found
}
const panel = (wrapper: VueWrapper) => wrapper.get('.rates')
async function tried(fake: FakeApi, wrapper: VueWrapper): Promise<void> {
  await button(wrapper, 'Try rates on these pictures').trigger('click')
  await settle()
  fake.emit('jobs', 'changed', fakeJob('try-rates', { state: 'done' }))
  await settle()
}
const started = (fake: FakeApi) => fake.calls.filter(({ name }) => name === 'runs.start').map(({ input }) => input)

describe('rates tried beside the learning rate', () => {
  it('are tried with the transfer as it stands, with progress and cancel', async () => {
    const fake = createFakeApi({ triedRates })
    const wrapper = await open(fake)
    await button(wrapper, 'Try rates on these pictures').trigger('click')
    await settle()
    const asked = fake.calls.filter(({ name }) => name === 'advice.rates').map(({ input }) => input)
    expect(asked).toMatchObject([{ spec: { source: { model: 'run:mnist-run' }, target: { dataset: 'digits' } } }])
    fake.emit('jobs', 'changed', fakeJob('try-rates', { progress: { phase: 'trying', done: 20, total: 110 } }))
    await settle()
    expect(panel(wrapper).text()).toContain('Trying learning rates')
    await button(wrapper, 'Cancel').trigger('click')
    await settle()
    expect(fake.calls.map(({ name }) => name)).toContain('jobs.cancel')
    expect(wrapper.find('.rates').exists()).toBe(false)
  })

  it('show the curve and what it proposes; one click takes a rate, which starts with its reason and can be given back', async () => {
    const fake = createFakeApi({ triedRates })
    const wrapper = await open(fake)
    const before = useTransferStore().choices
    await tried(fake, wrapper)
    expect(panel(wrapper).text()).toContain('Proposed: 0.0001, in the middle of the valley; and 0.0003, where it fell most steeply.')
    await button(wrapper, 'Take 0.0001, in the valley').trigger('click')
    await afterChecks()
    expect(wrapper.text()).toContain('In the middle of the valley that the loss went down in a range test of 5 steps.')
    await button(wrapper, 'Back to Graft’s own choice').trigger('click')
    await afterChecks()
    expect({ ...useTransferStore().choices, rate: undefined }).toEqual({ ...before, rate: undefined })
    expect(wrapper.text()).not.toContain('range test of 5 steps')
    await button(wrapper, 'Take 0.0001, in the valley').trigger('click')
    await afterChecks()
    await button(wrapper, 'Start').trigger('click')
    await settle()
    expect(started(fake)).toMatchObject([{ spec: { training: { learningRate: 1e-4 }, chosen: { learningRate: { en: expect.stringContaining('range test') as string } } } }])
  })

  it('hold for the transfer that was tried alone', async () => {
    const fake = createFakeApi({ triedRates })
    const wrapper = await open(fake)
    await tried(fake, wrapper)
    await button(wrapper, 'Take 0.0003, the steepest').trigger('click')
    await afterChecks()
    expect(wrapper.text()).toContain('range test of 5 steps')
    useTransferStore().setValue('training', 'batchSize', 7)
    await afterChecks()
    expect(wrapper.text()).not.toContain('range test of 5 steps')
    expect(wrapper.find('.rates').exists()).toBe(false)
  })

  it('say why where they cannot be tried, in Chinese too', async () => {
    const fake = createFakeApi({ triedRates: null })
    const wrapper = await open(fake, 'zh')
    await button(wrapper, '在这些图像上试学习率').trigger('click')
    await settle()
    fake.emit('jobs', 'changed', fakeJob('try-rates', { state: 'failed', error: { code: 'no-rate-to-try', message: { en: 'No.', zh: '该方法不做梯度下降，因此没有学习率。' } } }))
    await settle()
    expect(panel(wrapper).text()).toContain('该方法不做梯度下降，因此没有学习率。')
  })
})
