import { afterEach, describe, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob, fakeJobId } from '../../testing/fake-jobs'
import { mountIn, settle, type Mounted } from '../../testing/mount'
import DatasetsScreen from './DatasetsScreen.vue'

let open: Mounted | undefined
async function screen(fake: FakeApi): Promise<HTMLElement> {
  open = await mountIn(fake, DatasetsScreen, '/datasets', 'en')
  const element = open.wrapper.element as HTMLElement
  const fold = [...element.querySelectorAll('button')].find((button) => button.textContent?.includes('Known data sets'))!
  if (fold.getAttribute('aria-expanded') === 'false') fold.click()
  await settle()
  return element
}
afterEach(() => open?.wrapper.unmount())
const row = (element: HTMLElement, title: string): HTMLElement =>
  [...element.querySelectorAll('h3')].find((heading) => heading.textContent === title)!.closest('li')!
const named = (element: HTMLElement, name: string): HTMLButtonElement => element.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!
const job = (more: Parameters<typeof fakeJob<'download-dataset'>>[1]) => fakeJob('download-dataset', { title: 'MNIST', known: 'mnist', ...more })

describe('known data sets', () => {
  it('stand with their size, licence and citation, and one click gets one', async () => {
    const fake = createFakeApi()
    const element = await screen(fake)
    const text = row(element, 'MNIST').textContent
    expect(text).toMatch(/60.000 for training, 10.000 for testing · 10 classes · 28 × 28, grey · 11.6 MB to download/)
    expect(text).toContain('Licence: CC BY-SA 3.0')
    expect(text).toContain('LeCun et al. 1998')
    named(element, 'Get MNIST').click()
    await settle()
    expect(fake.calls.find((call) => call.name === 'datasets.get')?.input).toMatchObject({ known: 'mnist' })
  })

  it('show how far a download is, how long still, and why it waits; Cancel ends it', async () => {
    const fake = createFakeApi()
    const element = await screen(fake)
    fake.emit('jobs', 'changed', job({
      progress: { phase: 'downloading', file: 'a.gz', fileNumber: 1, files: 4, done: 2_000_000, total: 11_600_000, bytesPerSecond: 960_000, secondsLeft: 10 }
    }))
    await settle()
    expect(row(element, 'MNIST').textContent).toMatch(/2.0 MB of 11.6 MB · 960 kB per second.*10 s/)
    fake.emit('jobs', 'changed', job({
      progress: {
        phase: 'downloading', file: 'a.gz', fileNumber: 1, files: 4, done: 2_000_000, total: 11_600_000,
        waiting: { seconds: 4, attempt: 3, reason: { en: 'the connection was lost', zh: '连接中断' } }
      }
    }))
    await settle()
    expect(row(element, 'MNIST').textContent).toContain('the connection was lost; try 3 in 4 s')
    named(element, 'Cancel MNIST').click()
    await settle()
    expect(fake.calls.find((call) => call.name === 'jobs.cancel')?.input).toEqual({ id: fakeJobId('download-dataset') })
  })

  it('say what has arrived of an earlier download, to go on from or to discard', async () => {
    const fake = createFakeApi()
    const element = await screen(fake)
    expect(row(element, 'SVHN').textContent).toContain('91.0 MB have arrived')
    named(element, 'Go on with SVHN').click()
    await settle()
    expect(fake.calls.find((call) => call.name === 'datasets.get')?.input).toMatchObject({ known: 'svhn' })
    named(element, 'Discard what has arrived of SVHN').click()
    await settle()
    expect(row(element, 'SVHN').textContent).not.toContain('have arrived')
    expect(named(element, 'Get SVHN')).toBeTruthy()
  })

  it('say why one could not be got, and what to do instead', async () => {
    const fake = createFakeApi()
    const element = await screen(fake)
    fake.emit('jobs', 'changed', job({
      state: 'failed', error: { code: 'no-network', message: { en: 'The host cannot be reached.', zh: '无法连接。' }, remedy: { en: 'Download the file by hand.', zh: '请手动下载。' } }
    }))
    await settle()
    expect(row(element, 'MNIST').textContent).toContain('MNIST could not be downloaded')
    expect(row(element, 'MNIST').textContent).toContain('Download the file by hand.')
  })

  it('lead to the one that is there', async () => {
    const fake = createFakeApi()
    fake.state.known = fake.state.known.map((entry) => ({ ...entry, installed: entry.id === 'mnist' ? ['my-mnist'] : [] }))
    const element = await screen(fake)
    named(element, 'Look at MNIST').click()
    await settle()
    expect(open!.router.currentRoute.value.path).toBe('/datasets/my-mnist')
  })
})
