import { h } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'
import { RouterView } from 'vue-router'
import { GraftError } from '../../../contract/errors'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { fakeModel } from '../../testing/fake-library'
import { mountIn, settle, type Mounted } from '../../testing/mount'
import { dispatchCommand, offeredCommands } from '../../shared/commands'
import { lastDrop, sortDrop, sorting } from '../../shared/drops'
import { useNoticesStore } from '../../shared/stores'
import ImportDialog from './ImportDialog.vue'
import { importOpen } from './import-state'

let open: Mounted | undefined
async function screen(fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<Mounted> {
  open = await mountIn(fake, { render: () => [h(RouterView), h(ImportDialog)] }, '/models', language)
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
const labelled = (label: string): HTMLInputElement => {
  const found = [...dialog().querySelectorAll('label')].find((candidate) => candidate.textContent === label)!
  return document.getElementById(found.htmlFor) as HTMLInputElement
}
async function type(label: string, text: string): Promise<void> {
  labelled(label).value = text
  labelled(label).dispatchEvent(new Event('input'))
  await settle()
}
async function choose(label: string, option: string): Promise<void> {
  labelled(label).dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  await settle()
  const item = [...document.querySelectorAll('[role="option"]')].find((candidate) => candidate.textContent?.trim() === option)!
  item.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  await settle()
}
const submit = async (): Promise<void> => {
  dialog().querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}
const asked = (fake: FakeApi, name: string): unknown[] => fake.calls.filter((call) => call.name === name).map((call) => call.input)
const looked = fakeJob('inspect-model')
const imports = fakeJob('import-model', { title: 'resnet20' })

/** The dialogue with a file that was chosen and looked at. */
async function inspected(fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<Mounted> {
  const mounted = await screen(fake, language)
  await click(mounted.wrapper.element as HTMLElement, language === 'en' ? 'Import…' : '导入…')
  await click(dialog(), language === 'en' ? 'Choose file…' : '选择文件…')
  fake.emit('jobs', 'changed', { ...looked, state: 'done' })
  await settle()
  return mounted
}

describe('importing a model', () => {
  it('looks at the file first: what was recognised, what was not matched, and what the file does not say; nothing is copied', async () => {
    const fake = createFakeApi()
    await inspected(fake)
    expect(asked(fake, 'models.inspect')).toEqual([{ path: '/home/ada/models/resnet20.safetensors' }])
    expect(dialog().textContent).toContain('Seed CNN')
    expect(dialog().textContent).toMatch(/2.721.354/)
    expect(dialog().textContent).toContain('PyTorch (torchvision, akamaster)')
    expect(dialog().textContent).toContain('One tensor of the file found no place')
    expect(dialog().querySelector('.tensors')!.textContent).toMatch(/projector\.0\.weight\s*8 × 64/)
    expect(dialog().textContent).toContain('The file does not say how pictures were normalised')
    expect(labelled('Normalisation').textContent).toContain('ImageNet’s mean and deviation')
    expect(labelled('Input size').value).toBe('32 × 32')
    expect(asked(fake, 'models.import')).toEqual([])
  })

  it('imports what was said, and offers it as a source', async () => {
    const fake = createFakeApi()
    const { router } = await inspected(fake)
    await type('Name', 'My network')
    await choose('Normalisation', 'To [−1, 1]')
    await choose('10 classes', 'As in CIFAR-10')
    await submit()
    expect(asked(fake, 'models.import')).toEqual([{
      path: '/home/ada/models/resnet20.safetensors', name: 'My network', id: 'my-network', size: [32, 32], normalisation: 'half',
      classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']
    }])
    fake.emit('jobs', 'changed', { ...imports, state: 'running', progress: { done: 30, total: 120 } })
    await settle()
    expect(dialog().querySelector('[role="progressbar"]')!.getAttribute('aria-valuenow')).toBe('25')
    fake.state.models = [...fake.state.models, fakeModel('model:my-network', 'My network')]
    fake.emit('jobs', 'changed', { ...imports, state: 'done', modelRef: 'model:my-network' })
    await settle()
    expect(dialog().textContent).toContain('“My network” was imported')
    await click(dialog(), 'Use as source')
    expect(router.currentRoute.value.path).toBe('/transfer')
  })

  it('takes class names from a file and refuses too few of them', async () => {
    const fake = createFakeApi()
    await inspected(fake)
    await choose('10 classes', 'Type, paste or read from a file…')
    await type('Class names', 'cat, dog')
    await submit()
    expect(dialog().textContent).toContain('The model tells 10 classes apart, but these are 2 names.')
    await click(dialog(), 'Read from a file…')
    await submit()
    expect(asked(fake, 'models.import')).toMatchObject([{ classes: ['digit 0', 'digit 1', 'digit 2', 'digit 3', 'digit 4', 'digit 5', 'digit 6', 'digit 7', 'digit 8', 'digit 9'] }])
  })

  it('shows how far it has read, and stops on request', async () => {
    const fake = createFakeApi({ jobs: [looked] })
    const { wrapper } = await screen(fake)
    await click(wrapper.element as HTMLElement, 'Import…')
    await type('File or folder', '/models/big.pth')
    await submit()
    fake.emit('jobs', 'changed', { ...looked, state: 'running', progress: { done: 1, total: 4 } })
    await settle()
    expect(dialog().querySelector('[role="progressbar"]')!.getAttribute('aria-valuenow')).toBe('25')
    await click(dialog(), 'Stop looking')
    expect(asked(fake, 'jobs.cancel')).toEqual([{ id: looked.id }])
    expect(dialog().querySelector('[role="progressbar"]')).toBeNull()
    expect(labelled('File or folder').value).toBe('/models/big.pth')
  })

  it('says in the dialogue\'s own words what to do about a file that is not recognised, and looks again with the architecture that is chosen', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    await click(wrapper.element as HTMLElement, 'Import…')
    await click(dialog(), 'Choose file…')
    const error = new GraftError('architecture-not-recognised', { en: 'It is no network that Graft knows.', zh: '不是支持的网络。' }, {
      remedy: { en: 'name one with --architecture', zh: '--architecture' }
    }).value
    fake.emit('jobs', 'changed', { ...looked, state: 'failed', error })
    await settle()
    expect(dialog().querySelector('[role="alert"]')!.textContent).toContain('It is no network that Graft knows.')
    expect(dialog().textContent).not.toContain('--architecture')
    expect(dialog().textContent).toContain('Choose one under “More settings”')
    expect(buttonIn(dialog(), 'More settings').getAttribute('aria-expanded')).toBe('true')
    await choose('Architecture', 'Seed CNN')
    expect(asked(fake, 'models.inspect').at(-1)).toEqual({ path: '/home/ada/models/resnet20.safetensors', architecture: 'seed-cnn' })
  })

  it('forgets what it saw when another path is typed, and asks for a path before anything', async () => {
    const fake = createFakeApi()
    await inspected(fake)
    await type('File or folder', '')
    expect(dialog().textContent).not.toContain('Every tensor')
    await submit()
    expect(dialog().textContent).toContain('Choose a file or a folder first.')
    expect(asked(fake, 'models.import')).toEqual([])
  })

  it('says why an import failed and lets the settings be changed', async () => {
    const fake = createFakeApi()
    await inspected(fake, 'zh')
    await submit()
    fake.emit('jobs', 'changed', {
      ...imports, state: 'failed', error: { code: 'disk-full', message: { en: 'The disk is full.', zh: '磁盘已满。' }, remedy: { en: 'Free some space.', zh: '请释放空间。' } }
    })
    await settle()
    expect(dialog().textContent).toContain('磁盘已满。')
    expect(dialog().textContent).toContain('请释放空间。')
    await click(dialog(), '修改设置')
    expect(labelled('归一化').textContent).toContain('ImageNet 的均值与标准差')
  })

  it('cancels on request, and goes on in the background with a notice at the end', async () => {
    const fake = createFakeApi({ jobs: [imports] })
    await inspected(fake)
    await submit()
    await click(dialog(), 'Cancel')
    expect(dialog().textContent).toContain('Cancelled. Nothing was kept.')
    await click(dialog(), 'Change settings')
    fake.emit('jobs', 'changed', { ...imports, state: 'running' })
    await submit()
    await click(dialog(), 'Keep going in the background')
    fake.emit('jobs', 'changed', { ...imports, state: 'done', modelRef: 'model:resnet20' })
    await settle()
    expect(useNoticesStore().notices.at(-1)).toMatchObject({ text: { en: '“resnet20” was imported.' }, action: { label: { en: 'Use as source' } } })
  })
})

describe('what is dropped on the window', () => {
  it('opens this dialogue for a model and looks at it, and closes it again for data', async () => {
    const fake = createFakeApi()
    await screen(fake)
    await sortDrop(['/dropped/net.safetensors'])
    await settle()
    expect(dialog().textContent).toContain('Import a model')
    expect(asked(fake, 'models.inspect')).toEqual([{ path: '/dropped/net.safetensors' }])
    await sortDrop(['/dropped/flowers'])
    await settle()
    expect(importOpen.value).toBe(false)
    expect(lastDrop.value).toEqual({ kind: 'dataset', paths: ['/dropped/flowers'] })
  })

  it('takes the first of several models and says so, but one LayersModel of several files as a whole', async () => {
    const fake = createFakeApi()
    await screen(fake)
    fake.handlers.app.tellApart = ({ paths }) => ({ kind: 'model', path: paths[0]! })
    await sortDrop(['/m/model.json', '/m/group1-shard1of1'])
    await settle()
    expect(useNoticesStore().notices).toEqual([])
    await sortDrop(['/m/a.safetensors', '/m/b.safetensors'])
    await settle()
    expect(useNoticesStore().notices.at(-1)?.text.en).toContain('They are several models')
    expect(asked(fake, 'models.inspect').at(-1)).toEqual({ path: '/m/a.safetensors' })
  })

  it('stays shut where it could not be found out what was dropped, which is said', async () => {
    const fake = createFakeApi()
    await screen(fake)
    fake.handlers.app.tellApart = () => { throw new GraftError('worker-killed', { en: 'The process was ended.', zh: '进程已终止。' }) }
    await expect(sortDrop(['/m/a.safetensors'])).rejects.toMatchObject({ code: 'worker-killed' })
    expect([importOpen.value, sorting.value]).toEqual([false, false])
  })

  it('can be asked for from the palette and the menu on any screen', async () => {
    await screen(createFakeApi())
    expect(offeredCommands().map(({ id }) => id)).toContain('model-import')
    dispatchCommand('import-model')
    await settle()
    expect(dialog().textContent).toContain('Import a model')
  })
})
