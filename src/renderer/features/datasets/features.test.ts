import { h } from 'vue'
import { RouterView } from 'vue-router'
import { afterEach, expect, it } from 'vitest'
import { createFakeApi } from '../../testing/fake-api'
import { fakeModel } from '../../testing/fake-library'
import { mountIn, settle, type Mounted } from '../../testing/mount'

let open: Mounted | undefined
afterEach(async () => {
  await settle()
  open?.wrapper.unmount()
})
const button = (root: ParentNode, text: string): HTMLButtonElement => [...root.querySelectorAll('button')].find((candidate) => candidate.textContent?.trim() === text)!

it('saves what a model sees in a data set, by one button of its page and one of the dialogue', async () => {
  const fake = createFakeApi()
  open = await mountIn(fake, { render: () => [h(RouterView)] }, '/datasets/cifar-10', 'en')
  button(open.wrapper.element as HTMLElement, 'Save features…').click()
  await settle()
  const dialog = document.querySelector<HTMLElement>('[role="dialog"]')!
  expect(dialog.textContent).toContain('Seen by')
  dialog.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
  const asked = fake.calls.find((call) => call.name === 'datasets.saveFeatures')?.input
  expect(asked).toEqual({ id: 'cifar-10', model: expect.stringMatching(/^(model|run):/) as string, split: 'all', format: 'npy' })
  expect(document.querySelector('[role="dialog"]')).toBeNull()
})

it('offers the model in the box first, wherever it stands on the shelf', async () => {
  const box = { ...fakeModel('model:lite', 'Lite'), origin: { file: 'a.pth', format: 'pytorch', embedded: true } }
  const fake = createFakeApi({ models: [fakeModel('run:newest', 'Newest'), box] })
  open = await mountIn(fake, { render: () => [h(RouterView)] }, '/datasets/cifar-10', 'en')
  button(open.wrapper.element as HTMLElement, 'Save features…').click()
  await settle()
  document.querySelector<HTMLElement>('[role="dialog"] form')!.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
  expect(fake.calls.find((call) => call.name === 'datasets.saveFeatures')?.input).toMatchObject({ model: 'model:lite' })
})
