import { h } from 'vue'
import { RouterView } from 'vue-router'
import { afterEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../../contract/errors'
import { useNoticesStore } from '../../shared/stores'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { fakeDatasets } from '../../testing/fake-library'
import { mountIn, settle, type Mounted } from '../../testing/mount'

let open: Mounted | undefined
async function screen(fake: FakeApi): Promise<Mounted> {
  open = await mountIn(fake, { render: () => [h(RouterView)] }, '/datasets/cifar-10', 'en')
  return open
}
afterEach(async () => {
  await settle()
  open?.wrapper.unmount()
})
const dialog = (): HTMLElement => document.querySelector<HTMLElement>('[role="dialog"]')!
const button = (root: ParentNode, text: string): HTMLButtonElement =>
  [...root.querySelectorAll('button')].find((candidate) => candidate.textContent?.trim() === text || candidate.getAttribute('aria-label') === text)!
async function click(element: HTMLElement): Promise<void> {
  element.click()
  await settle()
}
const box = (label: string): HTMLElement =>
  document.getElementById([...dialog().querySelectorAll('label')].find((candidate) => candidate.textContent === label)!.htmlFor)!
const submit = async (): Promise<void> => {
  dialog().querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}

describe('changing a data set', () => {
  it('renames it in place; Escape leaves it as it was', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    const rename = async (name: string, key: string): Promise<void> => {
      await click(button(wrapper.element as HTMLElement, 'Rename'))
      const input = wrapper.get('input[aria-label="New name of CIFAR-10"]')
      await input.setValue(name)
      await input.trigger('keydown', { key })
      await settle()
    }
    await rename('Other', 'Escape')
    expect(fake.calls.some((call) => call.name === 'datasets.rename')).toBe(false)
    await rename(' Small pictures ', 'Enter')
    expect(fake.calls.find((call) => call.name === 'datasets.rename')?.input).toEqual({ id: 'cifar-10', name: 'Small pictures' })
    expect(wrapper.get('h1').text()).toBe('Small pictures')
  })

  it('makes a new one without the classes that were unticked, and opens it', async () => {
    const fake = createFakeApi()
    const { wrapper, router } = await screen(fake)
    await click(button(wrapper.element as HTMLElement, 'Change…'))
    expect(button(dialog(), 'Make it').disabled).toBe(true)
    await click(box('bird'))
    await click(box('cat'))
    expect(dialog().textContent).toContain('Classes that stay: 8 of 10')
    await submit()
    expect(fake.calls.find((call) => call.name === 'datasets.derive')?.input).toEqual({
      from: 'cifar-10', name: 'CIFAR-10 without bird, cat', leaveOut: ['bird', 'cat']
    })
    fake.emit('jobs', 'changed', fakeJob('derive-dataset', { state: 'done', datasetId: 'digits' }))
    await settle()
    expect(router.currentRoute.value.path).toBe('/datasets/digits')
  })

  it('draws the validation images anew, beginning with the share it has', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    await click(button(wrapper.element as HTMLElement, 'Change…'))
    await click(box('Draw the validation images anew'))
    await submit()
    // 1,500 of 15,000.
    expect(fake.calls.find((call) => call.name === 'datasets.derive')?.input).toMatchObject({ from: 'cifar-10', validation: 0.1 })
  })

  it('says that it is cancelling, what came of it, and what went wrong, and leads back to what was filled in', async () => {
    const fake = createFakeApi()
    fake.handlers.jobs.cancel = () => { throw new GraftError('job-gone', { en: 'It has just ended.', zh: '它刚刚结束。' }) }
    const { wrapper } = await screen(fake)
    await click(button(wrapper.element as HTMLElement, 'Change…'))
    await click(box('bird'))
    await submit()
    const job = fakeJob('derive-dataset')
    fake.emit('jobs', 'changed', { ...job, state: 'running' })
    await settle()
    await click(button(dialog(), 'Cancel'))
    expect(useNoticesStore().notices.map(({ text }) => text.en)).toEqual(['It has just ended.'])
    fake.emit('jobs', 'changed', { ...job, state: 'cancelling' })
    await settle()
    expect(button(dialog(), 'Cancelling…').disabled).toBe(true)
    fake.emit('jobs', 'changed', { ...job, state: 'failed', error: { code: 'disk-full', message: { en: 'The disk is full.', zh: '磁盘已满。' } } })
    await settle()
    expect(dialog().textContent).toContain('This could not be made')
    expect(dialog().textContent).toContain('The disk is full.')
    await click(button(dialog(), 'Change settings'))
    expect(dialog().textContent).toContain('Classes that stay: 9 of 10')
    await submit()
    fake.emit('jobs', 'changed', { ...job, state: 'cancelled' })
    await settle()
    expect(dialog().textContent).toContain('Cancelled. Nothing was made.')
  })

  it('keeps at least two classes', async () => {
    const { wrapper } = await screen(createFakeApi())
    await click(button(wrapper.element as HTMLElement, 'Change…'))
    for (const label of ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship']) await click(box(label))
    expect(dialog().textContent).toContain('At least two classes must stay.')
    expect(button(dialog(), 'Make it').disabled).toBe(true)
  })
})

describe('browsing by domain', () => {
  it('is offered where there are several, and asks for the domains', async () => {
    const datasets = fakeDatasets().map((dataset) => dataset.id === 'cifar-10' ? { ...dataset, domains: ['art', 'photo', 'sketch'] } : dataset)
    const fake = createFakeApi({ datasets })
    const { wrapper } = await screen(fake)
    expect(wrapper.text()).toContain('Every domain')
  })
})
