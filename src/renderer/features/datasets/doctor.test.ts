import { afterEach, describe, expect, it } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'
import type { Dataset } from '../../../contract/datasets'
import { examinationWantedSchema, type Examination } from '../../../contract/examinations'
import { findingWords } from '../../../rules/examination/words'
import { seriousViolations } from '../../testing/accessibility'
import { useNoticesStore } from '../../shared/stores'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { openScreen, settle, type Mounted } from '../../testing/mount'

let mounted: Mounted | undefined
async function open(fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
  mounted = await openScreen(fake, '/datasets/digits?tab=doctor', language)
  await settle()
  return mounted.wrapper
}
afterEach(() => {
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})
const examination = (change: Partial<Examination> = {}): Examination => ({
  wanted: examinationWantedSchema.parse({ dataset: 'digits' }), name: 'Digits', classes: ['0', '1', '2'], looked: { train: { count: 100, of: 100, labels: true } },
  findings: [
    {
      id: 'label-errors', ...findingWords('label-errors', { count: 1, of: 100, accuracy: 0.95 }), count: 1,
      suspects: [{ split: 'train', position: 7, label: 1, suggested: 2, confidence: 0.93 }]
    },
    {
      id: 'copies-across-splits', ...findingWords('copies-across-splits', { count: 1, of: 100 }), count: 1,
      suspects: [{ split: 'train', position: 3, label: 0, group: 0 }, { split: 'test', position: 5, group: 0 }]
    }
  ],
  remarks: [{ en: 'The labels of the test split were not read.', zh: '未读取测试集的标签。' }], cached: true, seconds: 1, at: '2026-01-01T00:00:00.000Z', ...change
})
const button = (root: ParentNode, words: string): HTMLButtonElement =>
  [...root.querySelectorAll('button')].find((each) => each.textContent?.trim() === words || each.getAttribute('aria-label')?.startsWith(words))!
async function click(words: string, root: ParentNode = document.body): Promise<void> {
  button(root, words).click()
  await settle()
}
async function examined(fake: FakeApi): Promise<void> {
  await click('Examine')
  fake.emit('jobs', 'changed', fakeJob('examine', { progress: { phase: 'features', done: 20, total: 100, secondsLeft: 12 } }))
  await settle()
}
/** Relabels the one picture whose label is likely wrong. */
async function decideOne(fake: FakeApi, wrapper: VueWrapper): Promise<void> {
  await examined(fake)
  fake.emit('jobs', 'changed', fakeJob('examine', { state: 'done' }))
  await settle()
  await click('Show 1 picture: Labels', wrapper.element as Element)
  const dialog = document.querySelector<HTMLElement>('[role="dialog"]')!
  await click('Select Training, picture 8', dialog)
  await click('Relabel as suggested', dialog)
  await click('Done', dialog)
  expect(wrapper.text()).toContain('1 relabelled')
}
const named = (fake: FakeApi, name: string): unknown[] => fake.calls.filter((call) => call.name === name).map(({ input }) => input)

describe('the data doctor', () => {
  it('looks with progress and the time left, and says what it found, what that means and what to do', async () => {
    const fake = createFakeApi({ examination: examination() })
    const wrapper = await open(fake)
    await examined(fake)
    expect(named(fake, 'datasets.examine')).toMatchObject([{ dataset: 'digits', source: 'model:efficientnet-lite0', testLabels: false }])
    expect(wrapper.text()).toContain('Looking at the pictures with the model')
    expect(wrapper.text()).toContain('12 s left')
    fake.emit('jobs', 'changed', fakeJob('examine', { state: 'done' }))
    await settle()
    expect(wrapper.text()).toContain('Labels that are likely wrong 1')
    expect(wrapper.text()).toContain('Leave them out of training.')
    expect(wrapper.text()).toContain('The labels of the test split were not read.')
    expect(await seriousViolations()).toEqual([])
  })

  it('opens the pictures of a finding, look-alikes side by side, and each of them large', async () => {
    const fake = createFakeApi({ examination: examination() })
    const wrapper = await open(fake)
    await examined(fake)
    fake.emit('jobs', 'changed', fakeJob('examine', { state: 'done' }))
    await settle()
    await click('Show 1 picture: Labels', wrapper.element as Element)
    const dialog = (): HTMLElement => document.querySelector<HTMLElement>('[role="dialog"]')!
    expect(dialog().textContent).toContain('1 → 2?')
    expect(dialog().textContent).toContain('93.0')
    expect(dialog().querySelectorAll('ul')).toHaveLength(1)
    await click('Training, picture 8', dialog())
    expect([...document.querySelectorAll('[role="dialog"] img')].map((image) => image.getAttribute('src'))).toContain('graft-image://dataset/digits/train/7.bmp')
  })

  it('corrects what was found in a new data set, and takes it back with Undo', async () => {
    const fake = createFakeApi({ examination: examination() })
    const wrapper = await open(fake)
    await examined(fake)
    fake.emit('jobs', 'changed', fakeJob('examine', { state: 'done' }))
    await settle()
    const dialog = (): HTMLElement => document.querySelector<HTMLElement>('[role="dialog"]')!
    await click('Show 1 picture: Labels', wrapper.element as Element)
    expect(button(dialog(), 'Relabel as suggested').disabled).toBe(true)
    await click('Select Training, picture 8', dialog())
    await click('Relabel as suggested', dialog())
    expect(dialog().textContent).toContain('now 2')
    await click('Done', dialog())
    await click('Show 2 pictures: The same', wrapper.element as Element)
    await click('Select Training, picture 4', dialog())
    await click('Leave out', dialog())
    await click('Done', dialog())
    expect(wrapper.text()).toContain('1 relabelled, 1 left out')
    await click('Make the corrected data set', wrapper.element as Element)
    expect(named(fake, 'datasets.mend')).toMatchObject([{ from: 'digits', plan: {
      dataset: 'digits', corrections: [{ do: 'relabel', split: 'train', position: 7, to: '2' }, { do: 'leave-out', split: 'train', position: 3 }]
    } }])
    fake.emit('jobs', 'changed', fakeJob('mend-dataset', { state: 'done', datasetId: 'cifar-10' }))
    await settle()
    expect(mounted!.router.currentRoute.value.path).toBe('/datasets/cifar-10')
    const notice = useNoticesStore().notices.at(-1)!
    expect(notice.text.en).toBe('Corrected “UCI optical digits”: 1 relabelled, 1 left out.')
    await notice.action!.run()
    await settle()
    expect(named(fake, 'datasets.remove')).toEqual([{ id: 'cifar-10' }])
    expect(mounted!.router.currentRoute.value.path).toBe('/datasets/digits')
    expect(wrapper.text()).toContain('1 relabelled, 1 left out')
  })

  it('merges classes without a look, makes a new data set of that, and takes it back', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await click('Rename or merge classes', wrapper.element as Element)
    const field = [...document.querySelectorAll('label')].find((label) => label.textContent?.includes('New name'))!
    const input = document.getElementById(field.htmlFor) as HTMLInputElement
    input.value = '1'
    input.dispatchEvent(new Event('input'))
    await settle()
    expect(wrapper.text()).toContain('the two become one')
    await click('Merge', wrapper.element as Element)
    expect(wrapper.text()).toContain('0 → 1')
    expect(wrapper.text()).toContain('1 class renamed')
    await click('Make the corrected data set', wrapper.element as Element)
    expect(named(fake, 'datasets.mend')).toMatchObject([{ from: 'digits', plan: { corrections: [], classes: { 0: '1' } } }])
    fake.emit('jobs', 'changed', fakeJob('mend-dataset', { state: 'done', datasetId: 'cifar-10' }))
    await settle()
    const notice = useNoticesStore().notices.at(-1)!
    expect(notice.text.en).toContain('1 class renamed')
    await notice.action!.run()
    await settle()
    expect(named(fake, 'datasets.remove')).toEqual([{ id: 'cifar-10' }])
    expect(wrapper.text()).toContain('1 class renamed')
  })

  it('keeps what it found while the page is left, and says where nothing was found', async () => {
    const fake = createFakeApi({ examination: examination({ findings: [] }) })
    const wrapper = await open(fake)
    await examined(fake)
    fake.emit('jobs', 'changed', fakeJob('examine', { state: 'done' }))
    await settle()
    await mounted!.router.push('/datasets')
    await settle()
    await mounted!.router.push('/datasets/digits?tab=doctor')
    await settle()
    expect(wrapper.text()).toContain('Nothing was found.')
    expect(named(fake, 'datasets.examine')).toHaveLength(1)
  })

  it('forgets findings and decisions when other pictures were added under the same id', async () => {
    const fake = createFakeApi({ examination: examination() })
    const wrapper = await open(fake)
    await decideOne(fake, wrapper)
    const list = fake.handlers.datasets.list
    fake.handlers.datasets.list = async (payload) => {
      const { datasets, damaged } = await list(payload)
      const other = (dataset: Dataset): Dataset => ({ ...dataset, splits: { ...dataset.splits, train: { ...dataset.splits.train!, sha256: { images: 'ff'.repeat(32) } } } })
      return { damaged, datasets: datasets.map((dataset) => dataset.id === 'digits' ? other(dataset) : dataset) }
    }
    fake.emit('datasets', 'changed', {})
    await settle()
    expect(wrapper.text()).not.toContain('Labels that are likely wrong')
    expect(wrapper.text()).not.toContain('1 relabelled')
    fake.handlers.datasets.list = list
    fake.emit('datasets', 'changed', {})
    await settle()
    expect(wrapper.text()).toContain('1 relabelled')
  })

  it('offers Undo and forgets what was decided also when the page was left while the data set was being made', async () => {
    const fake = createFakeApi({ examination: examination() })
    const wrapper = await open(fake)
    await decideOne(fake, wrapper)
    await click('Make the corrected data set', wrapper.element as Element)
    fake.emit('jobs', 'changed', fakeJob('mend-dataset'))
    await mounted!.router.push('/datasets')
    await settle()
    await mounted!.router.push('/datasets/digits?tab=doctor')
    await settle()
    expect(button(wrapper.element as Element, 'Make the corrected data set')).toBeUndefined()
    await mounted!.router.push('/datasets')
    await settle()
    fake.emit('jobs', 'changed', fakeJob('mend-dataset', { state: 'done', datasetId: 'cifar-10' }))
    await settle()
    expect(mounted!.router.currentRoute.value.path).toBe('/datasets')
    const notice = useNoticesStore().notices.at(-1)!
    expect(notice.text).toEqual({ en: 'Corrected “UCI optical digits”: 1 relabelled.', zh: '已更正“UCI optical digits”：改标签 1。' })
    await mounted!.router.push('/datasets/digits?tab=doctor')
    await settle()
    expect(wrapper.text()).not.toContain('1 relabelled')
    await notice.action!.run()
    await settle()
    expect(named(fake, 'datasets.remove')).toEqual([{ id: 'cifar-10' }])
    expect(wrapper.text()).toContain('1 relabelled')
  })

  it('is another than the doctor of the settings', async () => {
    const fake = createFakeApi()
    mounted = await openScreen(fake, '/settings')
    await settle()
    await mounted.router.push('/datasets/digits?tab=doctor')
    await settle()
    expect(mounted.wrapper.text()).toContain('The doctor looks for')
  })

  it('gives a look up, and says what went wrong', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await examined(fake)
    await click('Cancel')
    expect(named(fake, 'jobs.cancel')).toEqual([{ id: 'job-examine' }])
    await examined(fake)
    fake.emit('jobs', 'changed', fakeJob('examine', { state: 'failed', error: { code: 'no', message: { en: 'The model is gone.', zh: '模型不见了。' } } }))
    await settle()
    expect(wrapper.text()).toContain('The model is gone.')
  })

  it('speaks Chinese', async () => {
    const wrapper = await open(createFakeApi(), 'zh')
    expect(wrapper.text()).toContain('医生会查找可能有误的标签')
  })
})
