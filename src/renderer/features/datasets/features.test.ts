import { h } from 'vue'
import { RouterView } from 'vue-router'
import { afterEach, expect, it } from 'vitest'
import { createFakeApi } from '../../testing/fake-api'
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
