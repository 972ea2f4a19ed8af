import { h } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'
import { RouterView } from 'vue-router'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import type { Question } from '../../../contract/inspections'
import { fakeInspection } from '../../testing/fake-inspection'
import { fakeJob, fakeJobId } from '../../testing/fake-jobs'
import { fakeDatasets } from '../../testing/fake-library'
import { mountIn, settle, type Mounted } from '../../testing/mount'
import { lastDrop } from '../../shared/drops'
import { useNoticesStore } from '../../shared/stores'
import ImportDialog from './ImportDialog.vue'
import { importOpen } from './import-state'

let open: Mounted | undefined
/** A screen with the dialogue over it, as the application has them. */
async function screen(fake: FakeApi, address = '/datasets', language: 'en' | 'zh' = 'en'): Promise<Mounted> {
  open = await mountIn(fake, { render: () => [h(RouterView), h(ImportDialog)] }, address, language)
  return open
}
afterEach(async () => {
  importOpen.value = false
  lastDrop.value = null
  await settle()
  open?.wrapper.unmount()
})
const dialog = (): HTMLElement => document.querySelector<HTMLElement>('[role="dialog"]')!
const buttonIn = (root: ParentNode, text: string): HTMLButtonElement =>
  [...root.querySelectorAll('button')].find((candidate) => candidate.textContent?.trim() === text)!
async function click(root: ParentNode, text: string): Promise<void> {
  buttonIn(root, text).click()
  await settle()
}
async function type(label: string, text: string): Promise<void> {
  const name = [...dialog().querySelectorAll('label')].find((candidate) => candidate.textContent === label)!
  const input = document.getElementById(name.htmlFor) as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input'))
  await settle()
}
const submit = async (): Promise<void> => {
  dialog().querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}
const added = (fake: FakeApi) => fake.calls.filter((call) => call.name === 'datasets.add').map((call) => call.input)

describe('the data screen', () => {
  it('shows each data set with its pictures, images, classes, shape and splits', async () => {
    const { wrapper } = await screen(createFakeApi())
    const card = wrapper.findAll('article').find((candidate) => candidate.text().includes('UCI optical digits'))!
    expect(card.text()).toMatch(/1.797 images · 10 classes · 32 × 32, colour/)
    expect(card.text()).toMatch(/Training 1.078/)
    expect(card.find('img').attributes('src')).toMatch(/^graft-image:\/\/dataset\/digits\/train\/\d+\.bmp$/)
    expect(wrapper.text()).toContain('no labels')
  })

  it('removes a data set at once and brings it back with Undo', async () => {
    const fake = createFakeApi()
    const { wrapper, router } = await screen(fake, '/datasets/cifar-10')
    await click(wrapper.element as HTMLElement, 'Delete')
    expect(router.currentRoute.value.path).toBe('/datasets')
    expect(wrapper.text()).not.toContain('CIFAR-10')
    await useNoticesStore().notices.at(-1)!.action!.run()
    await settle()
    expect(wrapper.text()).toContain('CIFAR-10')
    expect(fake.calls.find((call) => call.name === 'datasets.restore')?.input).toEqual({ undoToken: 'cifar-10' })
  })

  it('names what was left out of an import, and why', async () => {
    const datasets = fakeDatasets()
    datasets[2]!.skipped = { count: 1, files: [{ path: 'train/cat/12.png', reason: { en: 'The file ends too early.', zh: '文件过早结束。' } }] }
    const { wrapper } = await screen(createFakeApi({ datasets }), '/datasets/cifar-10?tab=about')
    expect(wrapper.text()).toContain('One file was left out')
    expect(wrapper.text()).toContain('train/cat/12.png')
    expect(wrapper.text()).toContain('The file ends too early.')
    expect(wrapper.text()).toContain('CC BY 4.0')
  })

  it.each([['en', 'Image folder'], ['zh', '图像文件夹']] as const)('calls the format by its title in %s', async (language, title) => {
    const datasets = fakeDatasets()
    datasets[2]!.provenance.format = 'image-folder'
    const { wrapper } = await screen(createFakeApi({ datasets }), '/datasets/cifar-10?tab=about', language)
    expect(wrapper.text()).toContain(title)
    expect(wrapper.text()).not.toContain('image-folder')
  })

  it('says that what a data set was added from has changed, and offers to import it again', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake, '/datasets/cifar-10?tab=about')
    expect(wrapper.text()).toContain('has changed since it was added.')
    await click(wrapper.element as HTMLElement, 'Import again…')
    expect(importOpen.value).toBe(true)
    expect(fake.calls.find((call) => call.name === 'datasets.source')?.input).toEqual({ id: 'cifar-10' })
  })

  it('names damaged data sets, and says what to do when there is none at all', async () => {
    const fake = createFakeApi({ datasets: [] })
    fake.handlers.datasets.list = () => ({
      datasets: [], damaged: [{ path: '/data/datasets/torn', error: { code: 'damaged', message: { en: 'images.u8 of torn is too short.', zh: 'torn 的 images.u8 过短。' } } }]
    })
    const { wrapper } = await screen(fake)
    expect(wrapper.text()).toContain('images.u8 of torn is too short.')
    expect(wrapper.text()).toContain('No data sets yet')
  })
})

describe('adding a data set', () => {
  it('asks for a path before it starts anything', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    await click(wrapper.element as HTMLElement, 'Add…')
    await submit()
    expect(dialog().textContent).toContain('Choose a folder or a file first.')
    expect(added(fake)).toEqual([])
  })

  it('refuses an id that is taken and a size that is none, each at its field', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    await click(wrapper.element as HTMLElement, 'Add…')
    await type('Folder or file', '/pictures/flowers')
    await type('Id', 'digits')
    await type('Picture size', 'huge')
    await submit()
    expect(dialog().textContent).toContain('There is already a data set with this id.')
    expect(dialog().textContent).toContain('Enter a height and a width in pixels')
    expect(added(fake)).toEqual([])
  })

  it('takes a folder from the system\'s dialogue, shows the progress, and ends with what was read', async () => {
    const fake = createFakeApi()
    const { wrapper, router } = await screen(fake)
    await click(wrapper.element as HTMLElement, 'Add…')
    await click(dialog(), 'Choose folder…')
    await submit()
    expect(added(fake)).toEqual([{ path: '/home/ada/pictures/flowers', id: 'flowers', validation: 0.1 }])
    const job = (more: Parameters<typeof fakeJob<'import-dataset'>>[1]) => fakeJob('import-dataset', { title: 'flowers', ...more })
    fake.emit('jobs', 'changed', job({ progress: { phase: 'reading', done: 500, total: 2000, skipped: 1, imagesPerSecond: 21_400, secondsLeft: 70 } }))
    await settle()
    expect(dialog().textContent).toMatch(/500 of 2.000 images/)
    expect(dialog().textContent).toMatch(/21.400 images per second · 1 file skipped/)
    expect(dialog().textContent).toContain('1 min 10 s left')
    fake.state.datasets = [...fake.state.datasets, { ...fakeDatasets()[2]!, id: 'flowers', name: 'Flowers', skipped: { count: 1, files: [] } }]
    fake.emit('jobs', 'changed', job({ state: 'done', datasetId: 'flowers' }))
    await settle()
    expect(dialog().textContent).toContain('“Flowers” was added')
    expect(dialog().textContent).toContain('One file was left out')
    await click(dialog(), 'Look at it')
    expect(router.currentRoute.value.path).toBe('/datasets/flowers')
  })

  it('cancels on request and says that nothing was added', async () => {
    const fake = createFakeApi({ jobs: [fakeJob('import-dataset')] })
    const { wrapper } = await screen(fake)
    await click(wrapper.element as HTMLElement, 'Add…')
    await type('Folder or file', '/pictures/flowers')
    await submit()
    await click(dialog(), 'Cancel')
    expect(fake.calls.some((call) => call.name === 'jobs.cancel')).toBe(true)
    expect(dialog().textContent).toContain('Cancelled. Nothing was added.')
  })

  it('says why an import failed and lets the settings be changed', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    await click(wrapper.element as HTMLElement, 'Add…')
    await type('Folder or file', '/pictures/flowers.tar.gz')
    await submit()
    const error = { code: 'archive-truncated', message: { en: 'flowers.tar.gz ends too early.', zh: 'flowers.tar.gz 过早结束。' }, remedy: { en: 'Download it again.', zh: '请重新下载。' } }
    fake.emit('notices', 'raised', { level: 'error', jobId: fakeJobId('import-dataset'), text: error.message })
    fake.emit('jobs', 'changed', fakeJob('import-dataset', { state: 'failed', error }))
    await settle()
    expect(dialog().textContent).toContain('flowers.tar.gz ends too early.')
    expect(dialog().textContent).toContain('Download it again.')
    // The dialogue says it: no notice says it too.
    expect(useNoticesStore().notices).toEqual([])
    await click(dialog(), 'Change settings')
    expect(dialog().querySelector<HTMLInputElement>('input')!.value).toBe('/pictures/flowers.tar.gz')
  })

  it('opens with the path of what was dropped on the window', async () => {
    await screen(createFakeApi())
    lastDrop.value = { kind: 'dataset', paths: ['/dropped/flowers'] }
    await settle()
    expect(dialog().querySelector<HTMLInputElement>('input')!.value).toBe('/dropped/flowers')
  })

  it('looks at what was dropped before it is added, shows what training would trip over, and leaves copies out only when told', async () => {
    const fake = createFakeApi()
    await screen(fake)
    lastDrop.value = { kind: 'dataset', paths: ['/dropped/flowers'] }
    await settle()
    expect(fake.calls.find((call) => call.name === 'datasets.inspect')?.input).toMatchObject({ path: '/dropped/flowers' })
    fake.emit('jobs', 'changed', fakeJob('inspect-dataset', { progress: { phase: 'reading', done: 40, total: 120, skipped: 0 } }))
    await settle()
    expect(dialog().textContent).toContain('Looking at the pictures')
    fake.emit('jobs', 'changed', fakeJob('inspect-dataset', { state: 'done' }))
    await settle()
    expect(dialog().textContent).toContain('2 images have an exact copy in another split.')
    expect(dialog().textContent).toMatch(/Image folder · 120 images · 3 classes · from 120 × 90 to 3024 × 4032 · becomes 64 × 64/)
    expect([...dialog().querySelectorAll('.row .name')].map((name) => name.textContent)).toEqual(['daisy', 'rose', 'tulip'])
    expect(dialog().querySelector('.row img')!.getAttribute('src')).toMatch(/^data:image\/png;base64,/)
    await submit()
    expect(added(fake)).toEqual([{ path: '/dropped/flowers', id: 'flowers', validation: 0.1 }])
  })

  it('asks "splits or classes?" with what each gives, adds nothing before it is answered, and looks again as answered', async () => {
    const question: Question = {
      id: 'folders', text: { en: 'Splits or classes? “unseen” is neither.', zh: '是划分还是类别？' },
      readings: [
        { value: 'splits', text: { en: 'Splits', zh: '划分' }, classes: ['cat', 'dog'], classCount: 2, domains: [], splits: { train: 40, test: 10 }, leftOut: ['unseen'] },
        { value: 'classes', text: { en: 'Classes', zh: '类别' }, classes: ['test', 'train', 'unseen'], classCount: 3, domains: [], splits: { train: 60 }, leftOut: [] }
      ]
    }
    const fake = createFakeApi()
    let isAnswered = false
    fake.handlers.datasets.inspection = () => ({ ...fakeInspection(), questions: isAnswered ? [] : [question], assumed: [{ en: 'The folders are read as splits.', zh: '按划分读取。' }] })
    await screen(fake)
    lastDrop.value = { kind: 'dataset', paths: ['/dropped/pets'] }
    await settle()
    const job = fakeJob('inspect-dataset', { title: 'pets' })
    fake.emit('jobs', 'changed', { ...job, state: 'done' })
    await settle()
    const asked = dialog().querySelector('fieldset')!
    expect(asked.textContent).toContain('Splits or classes?')
    expect(asked.textContent).toMatch(/40 Training, 10 Test · 2 classes \(cat, dog\) · left out: unseen/)
    expect(asked.textContent).toMatch(/60 Training · 3 classes \(test, train, unseen\)/)
    expect(dialog().textContent).toContain('The folders are read as splits.')
    await submit()
    expect(added(fake)).toEqual([])
    expect(asked.textContent).toContain('Choose how it is to be read')
    isAnswered = true
    await click(asked, 'Splits')
    expect(fake.calls.filter((call) => call.name === 'datasets.inspect').at(-1)?.input).toMatchObject({ path: '/dropped/pets', folders: 'splits' })
    fake.emit('jobs', 'changed', { ...job, state: 'running' })
    fake.emit('jobs', 'changed', { ...job, state: 'done' })
    await settle()
    expect(dialog().querySelector('fieldset')).toBeNull()
    await submit()
    expect(added(fake)).toEqual([{ path: '/dropped/pets', id: 'pets', validation: 0.1, folders: 'splits' }])
  })

  it('looks at what was typed, and asks, where the import finds that it can be read in two ways', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    await click(wrapper.element as HTMLElement, 'Add…')
    await type('Folder or file', '/pictures/pets')
    await submit()
    fake.emit('jobs', 'changed', fakeJob('import-dataset', {
      title: 'pets', state: 'failed', error: { code: 'reading-unclear', message: { en: 'Splits or classes?', zh: '是划分还是类别？' }, field: 'folders' }
    }))
    await settle()
    expect(fake.calls.find((call) => call.name === 'datasets.inspect')?.input).toMatchObject({ path: '/pictures/pets' })
    expect(dialog().querySelector('form')).not.toBeNull()
    expect(dialog().querySelector('[role="alert"]')).toBeNull()
  })

  it('leaves copies out when that is ticked', async () => {
    const fake = createFakeApi()
    await screen(fake)
    lastDrop.value = { kind: 'dataset', paths: ['/dropped/flowers'] }
    await settle()
    fake.emit('jobs', 'changed', fakeJob('inspect-dataset', { state: 'done' }))
    await settle()
    dialog().querySelector<HTMLButtonElement>('[role="checkbox"]')!.click()
    await settle()
    await submit()
    expect(added(fake)).toEqual([{ path: '/dropped/flowers', id: 'flowers', validation: 0.1, copies: 'leave-out' }])
  })

  it('takes several things dropped from one folder together', async () => {
    const fake = createFakeApi()
    await screen(fake)
    lastDrop.value = { kind: 'dataset', paths: ['/dropped/daisy', '/dropped/rose'] }
    await settle()
    await submit()
    expect(added(fake)).toEqual([{ path: '/dropped/', only: ['daisy', 'rose'], id: 'dropped', validation: 0.1 }])
  })

  it('says why what was dropped cannot be looked at', async () => {
    const fake = createFakeApi()
    await screen(fake)
    lastDrop.value = { kind: 'dataset', paths: ['/dropped/notes.pdf'] }
    await settle()
    fake.emit('jobs', 'changed', fakeJob('inspect-dataset', {
      state: 'failed', error: { code: 'format-unknown', message: { en: 'notes.pdf is in no format that Graft knows.', zh: 'notes.pdf 不属于支持的格式。' } }
    }))
    await settle()
    expect(dialog().textContent).toContain('notes.pdf is in no format that Graft knows.')
  })

  it('goes on in the background and tells the end in a notice', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    await click(wrapper.element as HTMLElement, 'Add…')
    await type('Folder or file', '/pictures/flowers')
    await submit()
    await click(dialog(), 'Keep going in the background')
    fake.emit('notices', 'raised', { level: 'error', jobId: fakeJobId('import-dataset'), text: { en: 'Told.', zh: '已告知。' } })
    await settle()
    expect(useNoticesStore().notices.map(({ text }) => text.en)).toEqual(['Told.'])
    fake.emit('jobs', 'changed', fakeJob('import-dataset', { title: 'flowers', state: 'done', datasetId: 'cifar-10' }))
    await settle()
    expect(useNoticesStore().notices.at(-1)).toMatchObject({ text: { en: '“flowers” was added.' }, action: { label: { en: 'Look at it' } } })
  })
})

describe('browsing pictures', () => {
  it('asks for the labels of the split and offers every class', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake, '/datasets/cifar-10')
    expect(fake.calls.filter((call) => call.name === 'datasets.labels').map((call) => call.input)).toEqual([
      { id: 'cifar-10', split: 'train', from: 0, count: 10_000 }, { id: 'cifar-10', split: 'train', from: 10_000, count: 3500 }
    ])
    expect(wrapper.text()).toMatch(/13.500 pictures/)
    expect(wrapper.get('[role="grid"]').attributes('aria-label')).toBe('Pictures of CIFAR-10')
  })

  it('names the file that an opened picture was', async () => {
    const fake = createFakeApi()
    await screen(fake, '/datasets/cifar-10')
    const first = document.querySelector<HTMLElement>('[role="grid"] [role="gridcell"] button, [role="grid"] button, [role="grid"] [role="gridcell"]')!
    first.click()
    await settle()
    expect(fake.calls.find((call) => call.name === 'datasets.names')?.input).toMatchObject({ id: 'cifar-10', split: 'train', count: 1 })
    expect(dialog().textContent).toMatch(/train\/\d+\.png/)
  })

  it('opens a class from its bar', async () => {
    const { wrapper } = await screen(createFakeApi(), '/datasets/cifar-10')
    const tab = wrapper.findAll('[role="tab"]').find((candidate) => candidate.text() === 'Classes')!
    await tab.trigger('mousedown', { button: 0 })
    await settle()
    const bar = wrapper.findAll('button').find((candidate) => candidate.text().startsWith('bird'))!
    await bar.trigger('click')
    await settle()
    expect(wrapper.text()).toMatch(/1.350 pictures/)
  })

  it('says so when a data set of the address is gone', async () => {
    const { wrapper } = await screen(createFakeApi(), '/datasets/gone')
    expect(wrapper.text()).toContain('This data set is no longer there.')
  })
})
