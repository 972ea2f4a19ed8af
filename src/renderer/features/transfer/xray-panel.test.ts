import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { xrayWantedSchema, type Xray } from '../../../contract/xray'
import { xrayFindings } from '../../../rules/examination/xray-words'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeDatasets } from '../../testing/fake-library'
import { fakeJob } from '../../testing/fake-jobs'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { useTransferStore } from './store'

let mounted: Mounted | undefined
async function open(fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
  mounted = await openScreen(fake, '/transfer?source=run:mnist-run&target=digits', language)
  await settle()
  vi.advanceTimersByTime(200)
  await settle()
  return mounted.wrapper
}
beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) })
afterEach(() => {
  vi.useRealTimers()
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})
const xray: Xray = {
  wanted: xrayWantedSchema.parse({ source: 'run:mnist-run', target: 'digits' }), names: { source: 'MNIST', target: 'Digits', sourceData: 'MNIST' },
  findings: xrayFindings({
    classes: { source: ['0', '1'], target: ['0', '1'] }, shapes: { network: [32, 32, 3], target: [32, 32, 3] },
    target: { appearance: { polarity: 'light-on-dark', border: 0 }, grey: true }, source: { appearance: { polarity: 'dark-on-light', border: 0 }, grey: true },
    hasSourceData: true
  }),
  shares: [{ class: '0', source: 0.5, estimated: 0.75 }], looked: { target: 600, source: 600 }, cached: true, seconds: 1, at: '2026-01-01T00:00:00.000Z'
}
const panel = (wrapper: VueWrapper) => wrapper.get('.xray')
const click = async (wrapper: VueWrapper, words: string): Promise<void> => {
  await panel(wrapper).findAll('button').find((each) => each.text().includes(words))!.trigger('click')
  await settle()
}

describe('the panel that compares source and target', () => {
  it('shows blocks of the backbone and pairs of domains with what their distance means', async () => {
    const distances = { mmd: { value: 0.5, halves: 0.01 }, coral: { value: 2, halves: 0.1 }, toldApart: 0.97, aDistance: 1.88 }
    const text = { en: 'Here the two are plainly different.', zh: '此处两者明显不同。' }
    const fake = createFakeApi({ xray: {
      ...xray, distances, layers: [{ block: 'block1', title: '3×3, 32', ...distances, text }], domains: [{ first: 'art', second: 'sketch', ...distances, toldApart: 0.5 }]
    } })
    const wrapper = await open(fake)
    await click(wrapper, 'Compare them')
    fake.emit('jobs', 'changed', fakeJob('xray', { state: 'done' }))
    await settle()
    expect(panel(wrapper).text()).toMatch(/Through the backbone.*3×3, 32.*97.0.*1.88.*plainly different.*The last/s)
    expect(panel(wrapper).text()).toMatch(/Between the domains of the target.*art – sketch.*Here the two look alike/s)
  })

  it('asks for a comparison with progress and says what differs, what that means and what to do', async () => {
    const fake = createFakeApi({ xray })
    const wrapper = await open(fake)
    await click(wrapper, 'Compare them')
    expect(fake.calls.filter(({ name }) => name === 'xray.ask').map(({ input }) => input)).toMatchObject([{ source: 'run:mnist-run', target: 'digits' }])
    fake.emit('jobs', 'changed', fakeJob('xray', { progress: { phase: 'features', done: 20, total: 100 } }))
    await settle()
    expect(panel(wrapper).text()).toContain('Looking at the images')
    fake.emit('jobs', 'changed', fakeJob('xray', { state: 'done' }))
    await settle()
    expect(panel(wrapper).text()).toContain('the head can be kept')
    expect(panel(wrapper).text()).toContain('Invert one of the two')
    expect(panel(wrapper).text()).toContain('no target label was read')
    expect(panel(wrapper).text()).toContain('75.0')
  })

  it('lets source images be named where the method asks for none and the remedy says to name some', async () => {
    const findings = xrayFindings({
      classes: { source: [], target: ['0', '1'] }, shapes: { network: [32, 32, 3], target: [32, 32, 3] }, target: undefined, source: undefined, hasSourceData: false
    })
    const fake = createFakeApi({ xray: { ...xray, findings } })
    const wrapper = await open(fake)
    const field = () => wrapper.findAllComponents({ name: 'UiCombobox' }).find((each) => each.props('label') === 'Source images' && each.element.closest('.xray'))
    expect(field()).toBeUndefined()
    await click(wrapper, 'Compare them')
    fake.emit('jobs', 'changed', fakeJob('xray', { state: 'done' }))
    await settle()
    expect(panel(wrapper).text()).toContain('Name a data set like it as source images')
    // The target itself is none of them: its labels would be read.
    expect((field()!.props('options') as { value: string }[]).map(({ value }) => value)).not.toContain('digits')
    field()!.vm.$emit('update:modelValue', 'mnist-sample')
    await settle()
    expect(fake.calls.filter(({ name }) => name === 'xray.ask').map(({ input }) => input).at(-1)).toMatchObject({ target: 'digits', sourceData: 'mnist-sample' })
    // It stays, so that another can be named.
    expect(field()!.props('modelValue')).toBe('mnist-sample')
  })

  it('compares the domains that are chosen', async () => {
    const rooms = { ...fakeDatasets().find(({ id }) => id === 'digits')!, domains: ['art', 'photo', 'sketch'] }
    const fake = createFakeApi({ xray, datasets: [...fakeDatasets().filter(({ id }) => id !== 'digits'), rooms] })
    const wrapper = await open(fake)
    const asked = () => fake.calls.filter(({ name }) => name === 'xray.ask').map(({ input }) => input).at(-1)
    useTransferStore().choose({ domain: 'art' })
    await settle()
    await click(wrapper, 'Compare them')
    expect(asked()).toMatchObject({ target: 'digits', domain: 'art' })
    useTransferStore().choose({ method: 'dann', target: 'mnist-sample', sourceDataset: 'digits', sourceDomains: ['art'], domain: null })
    await settle()
    await click(wrapper, 'Compare them')
    expect(asked()).toMatchObject({ target: 'mnist-sample', sourceData: 'digits', sourceDomains: ['art'] })
    expect(asked()).not.toHaveProperty('domain')
  })

  it('can be given up, says what went wrong, and speaks Chinese', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake, 'zh')
    await click(wrapper, '进行比较')
    await click(wrapper, '取消')
    expect(fake.calls.filter(({ name }) => name === 'jobs.cancel')).toHaveLength(1)
    await click(wrapper, '进行比较')
    fake.emit('jobs', 'changed', fakeJob('xray', { state: 'failed', error: { code: 'no', message: { en: 'No.', zh: '数据不见了。' } } }))
    await settle()
    expect(panel(wrapper).text()).toContain('数据不见了。')
    await click(wrapper, '重试')
    expect(fake.calls.filter(({ name }) => name === 'xray.ask')).toHaveLength(3)
  })
})
