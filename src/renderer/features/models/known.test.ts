import { afterEach, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob, fakeJobId } from '../../testing/fake-jobs'
import { openScreen, settle, type Mounted } from '../../testing/mount'

let open: Mounted | undefined
afterEach(() => open?.wrapper.unmount())
async function screen(fake: FakeApi): Promise<HTMLElement> {
  open = await openScreen(fake, '/models', 'en')
  const element = open.wrapper.element as HTMLElement
  const fold = [...element.querySelectorAll('button')].find((button) => button.textContent?.includes('Known models'))!
  if (fold.getAttribute('aria-expanded') === 'false') fold.click()
  await settle()
  return element
}
const row = (element: HTMLElement, title: string): HTMLElement => [...element.querySelectorAll('h3')].find((heading) => heading.textContent === title)!.closest('li')!
const named = (element: HTMLElement, name: string): HTMLButtonElement => element.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!

it('stand with their size, check and licence; one click gets one, Cancel stops it, and what is here can be a source', async () => {
  const fake = createFakeApi()
  const element = await screen(fake)
  expect(row(element, 'ResNet-18').textContent).toMatch(/46\.8 MB to download · checked by 8 digits/)
  expect(row(element, 'ResNet-18').textContent).toContain('Licence: BSD-3-Clause')
  expect(row(element, 'ResNet-18').textContent).toMatch(/Learned from ImageNet-1k: 1\.28 million photographs · 1.000 classes · 224×224×3/)
  expect(row(element, 'ViT-S/16').textContent).toContain('no checksum is published')
  expect(row(element, 'ViT-S/16').textContent).toContain('no classes: a backbone without a head')
  named(element, 'Get ResNet-18').click()
  await settle()
  expect(fake.calls.find(({ name }) => name === 'models.get')?.input).toEqual({ known: 'resnet-18' })
  const job = (more: Parameters<typeof fakeJob<'download-model'>>[1]) => fakeJob('download-model', { title: 'ResNet-18', known: 'resnet-18', ...more })
  fake.emit('jobs', 'changed', job({ progress: { phase: 'downloading', file: 'a.pth', fileNumber: 1, files: 1, done: 2_000_000, total: 46_830_571 } }))
  await settle()
  expect(row(element, 'ResNet-18').textContent).toContain('2.0 MB of 46.8 MB')
  fake.emit('jobs', 'changed', job({ progress: { phase: 'importing', done: 1, total: 2 } }))
  await settle()
  expect(row(element, 'ResNet-18').textContent).toContain('Importing')
  named(element, 'Cancel ResNet-18').click()
  await settle()
  expect(fake.calls.find(({ name }) => name === 'jobs.cancel')?.input).toEqual({ id: fakeJobId('download-model') })
  fake.emit('jobs', 'changed', job({ state: 'done' }))
  fake.state.knownModels = fake.state.knownModels.map((entry) => ({ ...entry, isHere: entry.id === 'resnet-18' }))
  fake.emit('models', 'changed', {})
  await settle()
  named(element, 'Use as source: ResNet-18').click()
  await settle()
  expect(open!.router.currentRoute.value.path).toBe('/transfer')
})

it('go on from what has arrived, or discard it', async () => {
  const fake = createFakeApi()
  const element = await screen(fake)
  expect(row(element, 'ViT-S/16').textContent).toContain('30.0 MB have arrived')
  named(element, 'Discard what has arrived of ViT-S/16').click()
  await settle()
  expect(named(element, 'Get ViT-S/16')).toBeTruthy()
})
