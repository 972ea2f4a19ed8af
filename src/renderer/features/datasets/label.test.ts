import { afterEach, describe, expect, it } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'
import { GraftError } from '../../../contract/errors'
import { labelNextWantedSchema, type LabelNext } from '../../../contract/labelling'
import { seriousViolations } from '../../testing/accessibility'
import { useNoticesStore } from '../../shared/stores'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { openScreen, settle, type Mounted } from '../../testing/mount'

let mounted: Mounted | undefined
async function open(fake: FakeApi, id = 'street-photos', language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
  mounted = await openScreen(fake, `/datasets/${id}?tab=label`, language)
  await settle()
  return mounted.wrapper
}
afterEach(() => {
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})
const found = (change: Partial<LabelNext> = {}): LabelNext => ({
  wanted: labelNextWantedSchema.parse({ dataset: 'street-photos' }), name: 'Street photos', classes: [], how: 'typical',
  why: { en: 'Each stands for many.', zh: '各自代表许多图像。' },
  pictures: [{ split: 'train', position: 4 }, { split: 'train', position: 9, guess: 'dog', confidence: 0.8 }, { split: 'train', position: 2 }],
  waiting: 820, looked: 820, labelled: 0, cached: true, seconds: 1, at: '2026-01-01T00:00:00.000Z', ...change
})
const button = (words: string): HTMLButtonElement =>
  [...document.body.querySelectorAll('button')].find((each) => each.textContent?.trim() === words || each.getAttribute('aria-label') === words)!
async function click(words: string): Promise<void> {
  button(words).click()
  await settle()
}
/** Types a class's name and Enter, as the form hears it. */
async function name(text: string): Promise<void> {
  const label = [...document.querySelectorAll('label')].find((each) => each.textContent?.includes('New class'))!
  const input = document.getElementById(label.htmlFor) as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input'))
  await settle()
  input.form!.requestSubmit()
  await settle()
}
const stage = (): HTMLElement => document.querySelector<HTMLElement>('[role="group"][aria-label="Labelling"]')!
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) {
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    await settle()
  }
}
const shown = (): string | null | undefined => stage().querySelector('img')?.getAttribute('src')
const named = (fake: FakeApi, verb: string): unknown[] => fake.calls.filter((call) => call.name === verb).map(({ input }) => input)
async function begin(fake: FakeApi): Promise<VueWrapper> {
  const wrapper = await open(fake)
  await name('cat')
  await name('dog')
  await click('Choose 20 pictures')
  fake.emit('jobs', 'changed', fakeJob('label-next', { progress: { phase: 'features', done: 20, total: 820, secondsLeft: 12 } }))
  await settle()
  return wrapper
}
async function chosen(fake: FakeApi): Promise<void> {
  fake.emit('jobs', 'changed', fakeJob('label-next', { state: 'done' }))
  await settle()
}

describe('labelling', () => {
  it('asks for two classes first, then chooses with progress, and puts the keyboard on the first picture', async () => {
    const fake = createFakeApi({ nextLabels: found() })
    const wrapper = await open(fake)
    expect(wrapper.text()).toContain('820 pictures wait for a label. Name at least two classes first.')
    expect(button('Choose 20 pictures').disabled).toBe(true)
    wrapper.unmount()
    document.body.innerHTML = ''
    const begun = await begin(createFakeApi({ nextLabels: found() }))
    expect(begun.text()).toContain('Looking at the pictures with the model')
    expect(begun.text()).toContain('12 s left')
  })

  it('is done with the keyboard alone: classes, what the labels say, not sure, later, back, undo, leave out', async () => {
    const fake = createFakeApi({ nextLabels: found() })
    const wrapper = await begin(fake)
    await chosen(fake)
    expect(document.activeElement).toBe(stage())
    expect(shown()).toBe('graft-image://dataset/street-photos/train/4.bmp')
    expect(await seriousViolations()).toEqual([])
    await press('1')
    expect(shown()).toContain('/9.bmp')
    // By what is decided so far, though nothing is made of it yet.
    expect(wrapper.text()).toContain('819 pictures wait for a label')
    expect(wrapper.text()).toContain('The labels so far say dog, 80.0')
    // Undo leads back to the picture and takes its label.
    await press('Backspace')
    expect(shown()).toContain('/4.bmp')
    expect(wrapper.text()).toContain('820 pictures wait for a label')
    expect(stage().textContent).toContain('No label yet')
    await press('2', 'Enter')
    expect(shown()).toContain('/2.bmp')
    await press('0')
    expect(stage().textContent).toContain('These are done.')
    await press('ArrowLeft', 'ArrowLeft')
    expect(stage().textContent).toContain('Labelled dog')
    expect(wrapper.text()).toContain('2 labelled')
    expect(button('Make the labelled data set')).toBeDefined()
    await press('Delete')
    expect(wrapper.text()).toContain('1 labelled, 1 left out')
    expect(button('Make the corrected data set')).toBeDefined()
    // Enter past the end asks for more, and says what is known by now.
    await press('Enter')
    expect(named(fake, 'datasets.labelNext')).toMatchObject([{ dataset: 'street-photos', count: 20, labels: [] }, {
      labels: [{ split: 'train', position: 4, class: 'dog' }], without: [{ position: 2 }, { position: 9 }]
    }])
  })

  it('makes a new data set of the labels, goes on in it, and takes it back with Undo', async () => {
    const fake = createFakeApi({ nextLabels: found() })
    const wrapper = await begin(fake)
    await chosen(fake)
    await press('1', '2', ' ')
    expect(shown()).toContain('/2.bmp')
    await click('Make the labelled data set')
    expect(named(fake, 'datasets.mend')).toMatchObject([{ from: 'street-photos', plan: { corrections: [
      { do: 'label', split: 'train', position: 4, to: 'cat' }, { do: 'label', split: 'train', position: 9, to: 'dog' }
    ] } }])
    fake.emit('jobs', 'changed', fakeJob('mend-dataset', { state: 'done', datasetId: 'cifar-10' }))
    await settle()
    expect(mounted!.router.currentRoute.value.fullPath).toBe('/datasets/cifar-10?tab=label')
    const notice = useNoticesStore().notices.at(-1)!
    expect(notice.text.en).toBe('Corrected “Street photos”: 2 labelled.')
    await notice.action!.run()
    await settle()
    expect(named(fake, 'datasets.remove')).toEqual([{ id: 'cifar-10' }])
    expect(mounted!.router.currentRoute.value.fullPath).toBe('/datasets/street-photos?tab=label')
    expect(wrapper.text()).toContain('2 labelled')
  })

  it('keeps every label at once, and goes on in the next window where it stood, Undo included', async () => {
    const fake = createFakeApi({ nextLabels: found() })
    await begin(fake)
    await chosen(fake)
    await press('1', '0')
    expect(fake.state.drafts['street-photos']).toMatchObject({
      plan: { dataset: 'street-photos', corrections: [{ do: 'label', split: 'train', position: 4, to: 'cat' }] },
      labelling: { added: ['cat', 'dog'], unsure: [{ split: 'train', position: 9 }], at: 2, history: [{ at: 0 }, { at: 1 }] }
    })
    mounted!.wrapper.unmount()
    document.body.innerHTML = ''
    // Another window, which knows nothing of the first.
    const wrapper = await open(createFakeApi({ drafts: fake.state.drafts }))
    expect(wrapper.text()).toMatch(/1 labelled.*from .*2026.*, kept for you/)
    expect(shown()).toContain('/2.bmp')
    stage().focus()
    await press('Backspace', 'Backspace')
    expect(shown()).toContain('/4.bmp')
    expect(wrapper.text()).not.toContain('labelled')
    await press('2')
    expect(wrapper.text()).toContain('1 labelled')
  })

  it('says where labels cannot be kept, and forgets on disk what is discarded', async () => {
    const fake = createFakeApi({ nextLabels: found() })
    const wrapper = await begin(fake)
    await chosen(fake)
    const { keepDraft } = fake.handlers.datasets
    fake.handlers.datasets.keepDraft = () => { throw new GraftError('disk-full', { en: 'The disk is full.', zh: '磁盘已满。' }) }
    await press('1')
    expect(wrapper.text()).toContain('What you decided could not be kept on disk.')
    expect(wrapper.text()).toContain('The disk is full.')
    fake.handlers.datasets.keepDraft = keepDraft
    await press('2')
    expect(wrapper.text()).not.toContain('The disk is full.')
    await click('Discard')
    expect(fake.state.drafts['street-photos']?.plan.corrections).toEqual([])
  })

  it('takes a new class by keyboard, and a key for it', async () => {
    const fake = createFakeApi({ nextLabels: found() })
    await begin(fake)
    await chosen(fake)
    await press('+')
    expect(document.activeElement?.tagName).toBe('INPUT')
    await name('bird')
    expect(document.activeElement).toBe(stage())
    await press('3')
    expect(document.body.textContent).toContain('1 labelled')
  })

  it('says how to bring pictures where every one has a label', async () => {
    const wrapper = await open(createFakeApi(), 'digits')
    expect(wrapper.text()).toContain('add a folder of pictures without class folders')
    expect(wrapper.text()).not.toContain('Choose 20 pictures')
  })

  it('gives the choice up, and says what went wrong', async () => {
    const fake = createFakeApi()
    const wrapper = await begin(fake)
    await click('Cancel')
    expect(named(fake, 'jobs.cancel')).toEqual([{ id: 'job-label-next' }])
    await click('Choose 20 pictures')
    fake.emit('jobs', 'changed', fakeJob('label-next', { state: 'failed', error: { code: 'no', message: { en: 'The model is gone.', zh: '模型不见了。' } } }))
    await settle()
    expect(wrapper.text()).toContain('The model is gone.')
  })

  it('hears its keys after a click on the background, and leaves those of dialogues and fields alone', async () => {
    const fake = createFakeApi({ nextLabels: found() })
    await begin(fake)
    await chosen(fake)
    const anywhere = async (key: string, target: HTMLElement = document.body): Promise<KeyboardEvent> => {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
      target.dispatchEvent(event)
      await settle()
      return event
    }
    for (const background of [document.body, document.querySelector<HTMLElement>('[role="tabpanel"]')!]) {
      stage().blur()
      expect((await anywhere('1', background)).defaultPrevented).toBe(true)
    }
    expect(stage().textContent).toContain('2 of 3')
    await anywhere('Backspace')
    expect(stage().textContent).toContain('1 of 3')
    // Where somebody types it is a letter, and on a button a press.
    expect((await anywhere('2', document.querySelector<HTMLElement>('input[type="text"]')!)).defaultPrevented).toBe(false)
    expect((await anywhere(' ', button('Leave out'))).defaultPrevented).toBe(false)
    const dialogue = document.body.appendChild(Object.assign(document.createElement('div'), { className: 'ui-dialog' }))
    expect((await anywhere('2')).defaultPrevented).toBe(false)
    dialogue.remove()
    mounted?.wrapper.unmount()
    expect((await anywhere('2')).defaultPrevented).toBe(false)
  })

  it('stands in the address: Back, forward and a reload keep the tab', async () => {
    const { wrapper, router } = await openScreen(createFakeApi(), '/datasets/digits')
    const tab = (words: string) => wrapper.findAll('[role="tab"]').find((each) => each.text() === words)!
    const now = () => wrapper.find('[role="tab"][data-state="active"]').text()
    mounted = { wrapper, router }
    for (const words of ['Label', 'Doctor']) {
      await tab(words).trigger('mousedown', { button: 0 })
      await settle(8)
    }
    expect(router.currentRoute.value.fullPath).toBe('/datasets/digits?tab=doctor')
    router.back()
    await settle(8)
    expect(now()).toBe('Label')
    router.back()
    await settle(8)
    expect([now(), router.currentRoute.value.fullPath]).toEqual(['Pictures', '/datasets/digits'])
    router.forward()
    await settle(8)
    expect(now()).toBe('Label')
  })

  it('speaks Chinese', async () => {
    expect((await open(createFakeApi(), 'street-photos', 'zh')).text()).toContain('Graft 会挑出最有价值的图像')
  })
})
