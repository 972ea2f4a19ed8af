import { afterEach, describe, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { fakeModel } from '../../testing/fake-library'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { useNoticesStore } from '../../shared/stores'
import { stackRows } from './stack'

let open: Mounted | undefined
const screen = async (fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<Mounted> => (open = await openScreen(fake, '/models', language))
afterEach(() => open?.wrapper.unmount())

describe('the models screen', () => {
  it('shows a trained model with its blocks, input, classes and score, and takes it as a source', async () => {
    const { wrapper, router } = await screen(createFakeApi())
    const card = wrapper.findAll('article').find((candidate) => candidate.text().includes('Seed CNN from scratch on MNIST digits'))!
    expect(card.text()).toMatch(/2.721.354 parameters/)
    expect(card.text()).toContain('32 × 32 × 3')
    expect(card.text()).toContain('0, 1, 2, 3')
    expect(card.text()).toMatch(/96\.\d.% on MNIST digits/)
    await card.findAll('button').find((candidate) => candidate.text() === 'Use as source')!.trigger('click')
    await settle()
    // The transfer screen takes the source from the address and leaves it out again.
    expect(router.currentRoute.value.path).toBe('/transfer')
  })

  it('says of the model that comes with Graft whose it is and under which licence', async () => {
    const model = fakeModel('model:efficientnet-lite0', 'EfficientNet-Lite0')
    const { wrapper } = await screen(createFakeApi({ models: [{
      ...model, origin: { file: 'a.pth', format: 'pytorch', embedded: true, licence: 'Apache-2.0', source: 'PyPI: a package 0.1.0', attribution: 'Tan and Le' }
    }] }))
    const article = wrapper.findAll('article').find((candidate) => candidate.text().includes('EfficientNet-Lite0'))!
    await article.get('button[aria-label="Details of EfficientNet-Lite0"]').trigger('click')
    const card = article.text()
    for (const said of ['Comes with Graft', 'Learned fromImageNet-1k: 1.28 million photographs', 'Apache-2.0', 'PyPI: a package 0.1.0', 'Tan and Le']) expect(card).toContain(said)
    expect(card).not.toContain('a.pth')
  })

  it('serves a model on this machine: its address, copied by one click, and how to stop', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    const toggle = wrapper.get('.serve [role="switch"]')
    await toggle.trigger('click')
    await settle()
    expect(fake.calls.find(({ name }) => name === 'models.serve')?.input).toEqual({ ref: 'run:mnist-run' })
    fake.emit('jobs', 'changed', fakeJob('serve', { modelRef: 'run:mnist-run' }))
    await settle()
    expect(wrapper.get('.serve').text()).toContain('Starting…')
    fake.emit('jobs', 'changed', fakeJob('serve', { modelRef: 'run:mnist-run', progress: { done: 3, address: 'http://127.0.0.1:7878' } }))
    await settle()
    expect(wrapper.get('.serve').text()).toContain('http://127.0.0.1:7878')
    expect(wrapper.get('.serve').text()).toContain('3 pictures answered')
    const copied: string[] = []
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: (text: string) => { copied.push(text); return Promise.resolve() } } })
    await wrapper.findAll('.serve button').find((candidate) => candidate.text() === 'Copy address')!.trigger('click')
    expect(copied).toEqual(['http://127.0.0.1:7878'])
    const cancelled: string[] = []
    fake.handlers.jobs.cancel = ({ id }) => { cancelled.push(id) }
    await toggle.trigger('click')
    await settle()
    expect(cancelled).toEqual(['job-serve'])
  })

  it('saves a model for other programs in the format that is chosen', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    const save = wrapper.findAll('button').find((candidate) => candidate.text() === 'Save as…')!
    await save.trigger('keydown', { key: 'Enter' })
    await settle()
    const items = [...document.querySelectorAll('[role="menuitem"]')]
    expect(items.map((item) => item.textContent?.trim())).toEqual([
      'TensorFlow.js (folder)', 'safetensors', 'ONNX (opset 17)', 'Keras (.h5)', 'TensorFlow Lite (.tflite)', 'TensorFlow Lite, 8-bit (.tflite)',
      'Core ML: save as Keras, convert with coremltools (Python)'
    ])
    items[2]!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    await settle()
    expect(fake.calls.find(({ name }) => name === 'models.export')?.input).toEqual({ ref: 'run:mnist-run', format: 'onnx' })
  })

  it('finds models and architectures by name, and says when nothing matches', async () => {
    const { wrapper } = await screen(createFakeApi({ models: [fakeModel('run:mnist-run', 'Digits'), fakeModel('model:mine', 'Flowers')] }))
    await wrapper.get('input[type="search"]').setValue('flowers')
    expect(wrapper.findAll('article')).toHaveLength(1)
    expect(wrapper.text()).toContain('Imported models')
    await wrapper.get('input[type="search"]').setValue('nothing like it')
    expect(wrapper.text()).toContain('No model matches “nothing like it”.')
  })

  it('shows the first rows of a long shelf, all of it at a press, and every match of a search', async () => {
    const models = Array.from({ length: 20 }, (_, index) => fakeModel(`model:m${index}`, `Mine ${index}`))
    const { wrapper } = await screen(createFakeApi({ models }))
    const imported = () => wrapper.get('section[aria-label="Imported models"]')
    expect(imported().findAll('article')).toHaveLength(9)
    await wrapper.get('input[type="search"]').setValue('mine')
    expect(imported().findAll('article')).toHaveLength(20)
    await wrapper.get('input[type="search"]').setValue('')
    await imported().findAll('button').find((candidate) => candidate.text() === 'Show all 20')!.trigger('click')
    await settle()
    expect(imported().findAll('article')).toHaveLength(20)
    expect(imported().findAll('article')[9]!.element.contains(document.activeElement)).toBe(true)
  })

  async function act(wrapper: Mounted['wrapper'], item: string): Promise<void> {
    await wrapper.findAll('button').find((candidate) => candidate.attributes('aria-label')?.startsWith('Actions for'))!.trigger('keydown', { key: 'Enter' })
    await settle()
    const found = [...document.querySelectorAll('[role="menuitem"]')].find((candidate) => candidate.textContent?.trim() === item)!
    found.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    await settle()
  }

  it('deletes an imported model at once and brings it back with Undo', async () => {
    const fake = createFakeApi({ models: [fakeModel('model:mine', 'mine')] })
    const { wrapper } = await screen(fake)
    await act(wrapper, 'Delete')
    expect(fake.calls.find(({ name }) => name === 'models.remove')?.input).toEqual({ id: 'mine' })
    expect(wrapper.findAll('article').some((card) => card.text().includes('mine'))).toBe(false)
    expect(wrapper.text()).toContain('None yet. Drop a model file anywhere')
    await useNoticesStore().notices.at(-1)!.action!.run()
    await settle()
    expect(wrapper.findAll('article').some((card) => card.text().includes('mine'))).toBe(true)
  })

  it('renames an imported model in its place, and gives the focus back', async () => {
    const fake = createFakeApi({ models: [fakeModel('model:mine', 'mine')] })
    const { wrapper } = await screen(fake)
    await act(wrapper, 'Rename')
    await expect.poll(() => wrapper.find('input[aria-label="New name of mine"]').exists()).toBe(true)
    const field = wrapper.get('input[aria-label="New name of mine"]')
    await field.setValue('Flowers')
    await field.trigger('keydown', { key: 'Enter' })
    await settle()
    expect(fake.calls.find(({ name }) => name === 'models.rename')?.input).toEqual({ id: 'mine', name: 'Flowers' })
    expect(wrapper.text()).toContain('Flowers')
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Actions for Flowers')
  })

  it('does not offer a run\'s model for deleting, nor a backbone without a head for trying', async () => {
    const backbone = fakeModel('model:backbone', 'backbone', [])
    const { wrapper } = await screen(createFakeApi({ models: [fakeModel('run:mnist-run', 'Digits'), backbone] }))
    const cardOf = (name: string) => wrapper.findAll('article').find((card) => card.text().includes(name))!
    expect(cardOf('Digits').find('[aria-label^="Actions for"]').exists()).toBe(false)
    expect(cardOf('Digits').text()).toContain('Try it')
    expect(cardOf('backbone').text()).toContain('none: a backbone without a head')
    expect(cardOf('backbone').text()).not.toContain('Try it')
  })

  it('says where models come from when there is none, and still offers the architectures', async () => {
    const { wrapper } = await screen(createFakeApi({ models: [] }), 'zh')
    expect(wrapper.text()).toContain('还没有训练好的模型')
    expect(wrapper.findAll('article').length).toBeGreaterThan(0)
  })
})

describe('the drawing of a network', () => {
  const blocks = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `b${index}`, title: `Block ${index}`, parameters: 10 }))
  it('gives the head what no block has', () => {
    expect(stackRows(blocks(2), 25).map(({ kind, parameters }) => [kind, parameters])).toEqual([['block', 10], ['block', 10], ['head', 5]])
  })

  it('folds the middle of a deep network and loses no parameter', () => {
    const rows = stackRows(blocks(30), 305)
    expect(rows).toHaveLength(8)
    expect(rows[3]).toMatchObject({ kind: 'folded', blocks: 24, parameters: 240, share: 1 })
    expect(rows.reduce((sum, row) => sum + row.parameters, 0)).toBe(305)
  })
})
