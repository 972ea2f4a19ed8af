import { afterEach, describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import type { ModelRef } from '../../../contract/models'
import type { Sorted } from '../../../contract/predictions'
import { useModelsStore, useNoticesStore } from '../stores'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { seriousViolations } from '../../testing/accessibility'
import { mountIn, settle, type Mounted } from '../../testing/mount'
import { GraftError } from '../../../contract/errors'
import { dragging, listenForDrops } from '../drops'
import TryPanel from './TryPanel.vue'

let mounted: Mounted | undefined
const panel = async (fake: FakeApi, language: 'en' | 'zh' = 'en') => (mounted = await mountIn(fake, TryPanel, '/models', language, { model: 'run:mnist-run' })).wrapper
afterEach(() => mounted?.wrapper.unmount())
const button = (text: string) => mounted!.wrapper.findAll('button').find((candidate) => candidate.text().includes(text))!

describe('trying a model', () => {
  it('asks about chosen pictures and shows classes, where the model looked, and the source model\'s answer', async () => {
    const fake = createFakeApi()
    const wrapper = await panel(fake)
    expect(wrapper.text()).toContain('Drop pictures or a folder here')
    await button('Choose pictures…').trigger('click')
    await settle()
    expect(fake.calls.find(({ name }) => name === 'models.predict')?.input).toEqual({
      ref: 'run:mnist-run', images: ['/home/ada/pictures/seven.png', '/home/ada/notes.txt']
    })
    const [tile, broken] = wrapper.findAll('figure')
    expect(tile!.findAll('.classes li').map((line) => line.text())).toEqual([expect.stringMatching(/^7.*91\.0.%$/), expect.stringMatching(/^1.*6\.0.%$/), expect.stringMatching(/^9/)])
    expect(tile!.get('img').attributes('alt')).toMatch(/seven\.png: 7, 91\.0.%, with a heat map over it/)
    expect(tile!.get('img').attributes('src')).toMatch(/^data:image\/png;base64,/)
    expect(tile!.find('canvas').exists()).toBe(true)
    expect(tile!.text()).toMatch(/Source model \(An older run\)\s*1 · 55\.0.%/)
    expect(broken!.text()).toContain('notes.txt could not be read.')
    expect(await seriousViolations()).toEqual([])

    await wrapper.get('[role="switch"]').trigger('click')
    expect(wrapper.find('canvas').exists()).toBe(false)
    expect(wrapper.get('img').attributes('alt')).not.toContain('heat map')
  })

  it('takes dropped pictures for itself: the import dialogue does not hear of them', async () => {
    const fake = createFakeApi()
    const wrapper = await panel(fake)
    const heard: string[] = []
    const end = listenForDrops((paths) => heard.push(...paths), () => undefined)
    try {
      const files = { types: ['Files'], files: [new File([''], 'cat.jpg')] }
      const event = (name: string): Event => Object.assign(new Event(name, { bubbles: true, cancelable: true }), { dataTransfer: files })
      wrapper.get('[data-takes-files]').element.dispatchEvent(event('dragenter'))
      expect(dragging.value).toBe(false)
      wrapper.get('[data-takes-files]').element.dispatchEvent(event('drop'))
      await settle()
      expect(fake.calls.find(({ name }) => name === 'models.predict')?.input).toMatchObject({ images: ['/dropped/cat.jpg'] })
      expect(heard).toEqual([])
    } finally {
      end()
    }
  })

  it('shows progress, can be stopped, and says so', async () => {
    const fake = createFakeApi()
    let answer: (value: null) => void = () => undefined
    fake.handlers.models.prediction = () => new Promise((resolve) => { answer = resolve })
    const wrapper = await panel(fake, 'zh')
    await button('选择图片…').trigger('click')
    await settle()
    fake.emit('jobs', 'changed', fakeJob('predict', { progress: { done: 1, total: 2 } }))
    await settle()
    expect(wrapper.get('[role="progressbar"]').attributes('aria-valuenow')).toBe('50')
    fake.handlers.jobs.cancel = () => { answer(null) }
    await button('停止').trigger('click')
    await settle()
    expect(wrapper.text()).toContain('在得到回答之前已停止。')
  })

  it('is stopped also before its job has a number', async () => {
    const fake = createFakeApi()
    const { predict } = fake.handlers.models
    let begin: () => void = () => undefined
    fake.handlers.models.predict = (payload) => new Promise((resolve) => { begin = () => { resolve(predict(payload)) } })
    const cancelled: string[] = []
    fake.handlers.jobs.cancel = ({ id }) => { cancelled.push(id) }
    await panel(fake)
    await button('Choose pictures…').trigger('click')
    await settle()
    await button('Stop').trigger('click')
    expect(cancelled).toEqual([])
    begin()
    await settle()
    expect(cancelled).toHaveLength(1)
  })

  it('says why when it fails, and tries again', async () => {
    const fake = createFakeApi()
    const { prediction } = fake.handlers.models
    fake.handlers.models.prediction = () => { throw new GraftError('worker-killed', { en: 'The prediction process was ended.', zh: '' }) }
    const wrapper = await panel(fake)
    await button('Choose pictures…').trigger('click')
    await settle()
    expect(wrapper.get('[role="alert"]').text()).toContain('The prediction process was ended.')
    fake.handlers.models.prediction = prediction
    await button('Try again').trigger('click')
    await settle()
    expect(wrapper.findAll('figure')).toHaveLength(2)
  })

  it('makes a table of a folder, the surest or the least sure first, to be corrected with the keyboard', async () => {
    const fake = createFakeApi()
    const wrapper = await panel(fake)
    await button('Choose a folder…').trigger('click')
    await settle()
    expect(fake.calls.find(({ name }) => name === 'models.sort')?.input).toEqual({ ref: 'run:mnist-run', paths: ['/home/ada/pictures/flowers'] })
    const files = (): string[] => wrapper.findAll('[data-file]').map((cell) => cell.text())
    expect(files()).toEqual(['a.png', 'c.png', 'b.png', 'd.png'])
    expect(wrapper.get('tr[data-index="3"]').text()).toContain('The image is cut off or damaged.')
    await wrapper.get('[role="switch"]').trigger('click')
    expect(files()).toEqual(['b.png', 'c.png', 'a.png', 'd.png'])
    expect(await seriousViolations()).toEqual([])

    await wrapper.get('tr[data-index="0"]').trigger('keydown', { key: 'Enter' })
    await settle()
    const option = [...document.querySelectorAll<HTMLElement>('[role="option"]')].find((each) => each.textContent?.trim() === '9')!
    option.click()
    await settle()
    await expect.poll(() => document.activeElement?.getAttribute('data-index')).toBe('0')
    await wrapper.get('tr[data-index="0"]').trigger('keydown', { key: 'ArrowDown' })
    await expect.poll(() => document.activeElement?.getAttribute('data-index')).toBe('1')
    expect(wrapper.get('tr[data-index="1"]').text()).toContain('none of these')
    await button('Leave out the 1 that are none of these').trigger('click')
    expect(wrapper.text()).toContain('1 left out')
    await wrapper.get('tr[data-index="1"]').trigger('keydown', { key: 'Delete' })
    expect(wrapper.text()).not.toContain('left out')
    await wrapper.get('tr[data-index="1"]').trigger('keydown', { key: 'Delete' })
    expect(wrapper.get('tr[data-index="0"]').text()).toContain('The model said 1')
    expect(wrapper.text()).toContain('3 pictures · 1 corrected · 1 left out · 1 not readable')

    await button('Save as CSV…').trigger('click')
    await settle()
    expect(fake.calls.find(({ name }) => name === 'app.saveFile')?.input).toEqual({
      suggestedName: 'letters.csv',
      content: '\ufefffile,class,answer,confidence,none_of_these,problem,unlike\r\nb.png,9,1,0.4100,,,\r\nc.png,,3,0.7200,yes,,\r\na.png,7,7,0.9800,,,\r\nd.png,,,,,The image is cut off or damaged.,\r\n'
    })
    await button('Make a data set of it').trigger('click')
    await settle()
    expect(fake.calls.find(({ name }) => name === 'datasets.addLabelled')?.input).toEqual({
      folder: '/home/ada/pictures/letters', files: [{ file: 'a.png', class: '7' }, { file: 'b.png', class: '9' }], name: 'letters, sorted', size: [28, 28]
    })
    fake.emit('jobs', 'changed', fakeJob('import-dataset', { state: 'done', datasetId: 'letters-sorted' }))
    await settle()
    expect(wrapper.text()).toContain('“letters, sorted” is a data set now.')
    expect(wrapper.get('a').attributes('href')).toBe('/datasets/letters-sorted')
  })

  it('takes a class that the model does not know, and shows how far a table is', async () => {
    const fake = createFakeApi()
    let answer: () => void = () => undefined
    const { sorted } = fake.handlers.models
    fake.handlers.models.sorted = (job) => new Promise((resolve) => { answer = () => { resolve(sorted(job)) } })
    const wrapper = await panel(fake)
    await button('Choose a folder…').trigger('click')
    await settle()
    fake.emit('jobs', 'changed', fakeJob('sort-pictures', { progress: { done: 1, total: 4, secondsLeft: 30 } }))
    await settle()
    expect(wrapper.text()).toContain('1 / 4 · 30 s left')
    answer()
    await settle()
    await wrapper.get('form input').setValue(' letter ')
    await wrapper.get('form').trigger('submit')
    await wrapper.get('tr[data-index="0"]').trigger('keydown', { key: 'Enter' })
    await settle()
    expect([...document.querySelectorAll('[role="option"]')].map((each) => each.textContent?.trim()).slice(-2)).toEqual(['letter', 'Leave out'])
  })

  it('keeps what was corrected by hand when one picture is asked about, another folder is given up, and the page is left', async () => {
    const fake = createFakeApi()
    const shown = ref(true)
    mounted = await mountIn(fake, { render: () => shown.value ? h(TryPanel, { model: 'run:mnist-run' }) : null }, '/models')
    const { wrapper } = mounted
    await button('Choose a folder…').trigger('click')
    await settle()
    await button('Leave out the 1 that are none of these').trigger('click')
    expect(wrapper.text()).toContain('1 left out')

    await button('Other pictures…').trigger('click')
    await settle()
    expect(wrapper.findAll('figure')).toHaveLength(2)
    expect(wrapper.text()).toContain('1 left out')

    const { sorted } = fake.handlers.models
    fake.handlers.models.sorted = () => null
    await button('Choose a folder…').trigger('click')
    await settle()
    expect(wrapper.text()).toContain('Stopped before there was an answer.')
    expect(wrapper.text()).toContain('1 left out')

    shown.value = false
    await settle()
    expect(wrapper.text()).toBe('')
    shown.value = true
    await settle()
    expect(wrapper.text()).toContain('1 left out')

    fake.handlers.models.sorted = async (job) => ({ ...await sorted(job), folder: '/home/ada/pictures/others' } as Sorted)
    await button('Choose a folder…').trigger('click')
    await settle()
    expect(wrapper.text()).not.toContain('left out')
    const notice = useNoticesStore().notices.at(-1)!
    expect(notice.text).toEqual({
      en: 'The corrected table of /home/ada/pictures/letters was replaced.', zh: '/home/ada/pictures/letters 的已更正表格已被替换。'
    })
    await notice.action!.run()
    await settle()
    expect(wrapper.text()).toContain('1 left out')

    // Another model that comes under this name has not given these answers.
    const { list } = fake.handlers.models
    await useModelsStore().load()
    fake.handlers.models.list = async (payload) => ({ ...await list(payload), models: [] })
    fake.emit('models', 'changed', { ref: 'run:mnist-run' })
    await settle()
    expect(wrapper.find('[data-file]').exists()).toBe(false)
  })

  it('cancels the job of a question that is dropped for another, for another model, or with the page', async () => {
    const fake = createFakeApi()
    const cancelled: string[] = []
    fake.handlers.jobs.cancel = ({ id }) => { cancelled.push(id) }
    let asked = 0
    fake.handlers.models.predict = () => ({ jobId: `predict-${++asked}` })
    fake.handlers.models.sort = () => ({ jobId: `sort-${++asked}` })
    fake.handlers.models.prediction = () => new Promise(() => undefined)
    fake.handlers.models.sorted = () => new Promise(() => undefined)
    const [shown, model] = [ref(true), ref<ModelRef>('run:mnist-run')]
    mounted = await mountIn(fake, { render: () => shown.value ? h(TryPanel, { model: model.value }) : null }, '/models')
    const { wrapper } = mounted
    const drop = async (name: string): Promise<void> => {
      const dataTransfer = { types: ['Files'], files: [new File([''], name)] }
      wrapper.get('[data-takes-files]').element.dispatchEvent(Object.assign(new Event('drop', { bubbles: true, cancelable: true }), { dataTransfer }))
      await settle()
    }
    await drop('folder')
    expect(cancelled).toEqual([])
    await drop('cat.jpg')
    expect(cancelled).toEqual(['sort-1'])
    await drop('dog.jpg')
    expect(cancelled).toEqual(['sort-1', 'predict-2'])
    model.value = 'model:other'
    await settle()
    expect(cancelled).toEqual(['sort-1', 'predict-2', 'predict-3'])
    expect(wrapper.find('[role="progressbar"]').exists()).toBe(false)

    // Its number comes only after it was dropped.
    let begin: () => void = () => undefined
    fake.handlers.models.predict = () => new Promise((resolve) => { begin = () => { resolve({ jobId: 'late' }) } })
    await drop('cat.jpg')
    const late = begin
    fake.handlers.models.predict = () => ({ jobId: 'last' })
    await drop('dog.jpg')
    late()
    await settle()
    expect(cancelled.slice(3)).toEqual(['late'])
    shown.value = false
    await settle()
    expect(cancelled.slice(3)).toEqual(['late', 'last'])
  })
})
